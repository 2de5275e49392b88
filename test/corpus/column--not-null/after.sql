CREATE TABLE t (a integer NOT NULL, b integer);
CREATE TABLE whole (a integer, b integer) PARTITION BY LIST (a);
CREATE TABLE part PARTITION OF whole (b NOT NULL) FOR VALUES IN (1) PARTITION BY RANGE (b);
CREATE TABLE leaf PARTITION OF part (a NOT NULL) DEFAULT;
CREATE TABLE attached (a integer NOT NULL, b integer);
ALTER TABLE whole ATTACH PARTITION attached FOR VALUES IN (2);
CREATE TABLE parent (a integer, b integer NOT NULL);
CREATE TABLE child (a integer NOT NULL) INHERITS (parent);
CREATE TABLE grandchild () INHERITS (child);
