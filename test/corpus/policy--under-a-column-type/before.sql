CREATE TABLE t (a integer, b integer);
CREATE POLICY p ON t USING (a > 0) WITH CHECK (b > 0);
CREATE TABLE other (id integer);
CREATE POLICY q ON other USING (EXISTS (SELECT FROM t WHERE t.a = other.id));
INSERT INTO t VALUES (1, 2);
