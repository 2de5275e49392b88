CREATE TABLE t (a integer, b integer[], c text);
CREATE TABLE p (a integer) PARTITION BY LIST (a);
CREATE INDEX same ON t (a, (c || ' WITH (fillfactor=''70'')')) WITH (fillfactor = 70, deduplicate_items = off) WHERE c <> ' WITH (fillfactor=''70'')';
CREATE INDEX changed ON t (a) WITH (fillfactor = 70, deduplicate_items = off);
CREATE INDEX gone ON t USING gin (b) WITH (fastupdate = off, gin_pending_list_limit = 100) WHERE a > 1;
CREATE INDEX added ON t (c);
CREATE INDEX built ON t USING brin (a) WITH (pages_per_range = 4, autosummarize = on);
CREATE INDEX other ON t (a DESC) WITH (fillfactor = 70);
CREATE INDEX whole ON p (a) WITH (fillfactor = 70);
