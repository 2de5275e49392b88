CREATE SEQUENCE t_id_seq AS integer;
CREATE TABLE other (id integer DEFAULT nextval('t_id_seq'));
ALTER SEQUENCE t_id_seq OWNED BY other.id;
