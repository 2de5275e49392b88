CREATE TABLE members (who name, team integer);
CREATE TABLE t (team integer);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION may(integer) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true';
CREATE POLICY p ON t USING (may(team) AND team IN (SELECT m.team FROM members m WHERE m.who = current_user));
COMMENT ON POLICY p ON t IS 'kept';
INSERT INTO t VALUES (1);
