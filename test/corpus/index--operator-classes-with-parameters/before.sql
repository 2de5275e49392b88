CREATE TABLE t (a tsvector, b integer, c text, d integer);
CREATE INDEX i ON t USING gist (a);
CREATE INDEX j ON t (b) INCLUDE (d);
CREATE INDEX k ON t (c);
CREATE INDEX b ON t USING brin (b);
