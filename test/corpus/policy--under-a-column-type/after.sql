CREATE TABLE t (a bigint, b integer);
CREATE POLICY p ON t USING (a > 0) WITH CHECK (b > 0);
CREATE TABLE other (id integer);
CREATE POLICY q ON other USING (EXISTS (SELECT FROM t WHERE t.a = other.id));
