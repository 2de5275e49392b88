CREATE TABLE t (a integer);
CREATE PUBLICATION p FOR TABLE t WITH (publish_generated_columns = stored);
CREATE PUBLICATION q FOR ALL TABLES WITH (publish_generated_columns = stored);
