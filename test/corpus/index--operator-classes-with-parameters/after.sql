CREATE TABLE t (a tsvector, b integer, c text, d integer);
CREATE INDEX i ON t USING gist (a tsvector_ops (siglen = '300'));
CREATE INDEX j ON t (b DESC NULLS LAST) WITH (fillfactor = 60, deduplicate_items = off);
CREATE INDEX k ON t (c COLLATE "POSIX" text_pattern_ops, lower(c)) INCLUDE (d) WHERE b > 0;
CREATE INDEX b ON t USING brin (b int4_bloom_ops (n_distinct_per_range = '100'), d int4_minmax_multi_ops (values_per_range = '16')) WITH (pages_per_range = 8, autosummarize = on);
