CREATE TABLE t (during tsrange, CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&) WHERE (NOT isempty(during)) DEFERRABLE);
