CREATE TABLE parent (a integer);
INSERT INTO parent VALUES (1), (2);
