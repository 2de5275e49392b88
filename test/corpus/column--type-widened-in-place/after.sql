CREATE TABLE t (a varchar(50), b numeric(8,2), c text);
