CREATE TABLE t (a int NOT NULL, b serial, c text);
