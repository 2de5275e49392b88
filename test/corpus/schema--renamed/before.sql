CREATE SCHEMA app;
CREATE TABLE app.t (id integer PRIMARY KEY, mood text);
CREATE INDEX t_mood ON app.t (mood);
CREATE VIEW app.v AS SELECT id FROM app.t;
COMMENT ON TABLE app.t IS 'kept';
INSERT INTO app.t VALUES (1, 'a');
