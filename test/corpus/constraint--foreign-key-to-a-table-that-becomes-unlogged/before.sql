CREATE TABLE other (id integer PRIMARY KEY);
CREATE TABLE changes (id integer REFERENCES other) PARTITION BY LIST (id);
CREATE TABLE gone (id integer REFERENCES other);
INSERT INTO other VALUES (1);
