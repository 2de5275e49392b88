CREATE TABLE same (a integer);
CREATE TABLE gone (a integer);
SECURITY LABEL FOR dummy ON TABLE gone IS 'gone';
SECURITY LABEL FOR dummy ON COLUMN gone.a IS 'gone';
