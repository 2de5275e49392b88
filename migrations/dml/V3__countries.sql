-- Reference data that foreign keys point at: it belongs to the schema as much as a table does.

INSERT INTO countries (code, name) VALUES
  ('AT', 'Austria'),
  ('BE', 'Belgium'),
  ('CH', 'Switzerland'),
  ('CZ', 'Czechia'),
  ('DE', 'Germany'),
  ('DK', 'Denmark'),
  ('FR', 'France'),
  ('IT', 'Italy'),
  ('NL', 'Netherlands'),
  ('PL', 'Poland');
