CREATE TABLE same (a integer, b integer);
SECURITY LABEL FOR dummy ON COLUMN same.b IS 'new';
CREATE TABLE made (a integer);
SECURITY LABEL FOR dummy ON TABLE made IS 'new';
SECURITY LABEL FOR "Other one" ON COLUMN made.a IS 'new';
CREATE VIEW v AS SELECT a FROM made;
SECURITY LABEL FOR dummy ON COLUMN v.a IS 'new';
