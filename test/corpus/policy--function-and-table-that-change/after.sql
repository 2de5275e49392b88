CREATE TABLE members (who name, team bigint);
CREATE TABLE t (team bigint);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION may(bigint) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true';
CREATE POLICY p ON t USING (may(team) AND team IN (SELECT m.team FROM members m WHERE m.who = current_user));
COMMENT ON POLICY p ON t IS 'kept';
