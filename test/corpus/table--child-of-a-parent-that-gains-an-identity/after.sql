CREATE TABLE parent (a integer, id integer GENERATED ALWAYS AS IDENTITY);
CREATE TABLE child () INHERITS (parent);
