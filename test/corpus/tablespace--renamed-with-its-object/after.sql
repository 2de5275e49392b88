ALTER TABLE old_name RENAME TO new_name;
ALTER INDEX old_index RENAME TO new_index;
ALTER TABLE new_name SET TABLESPACE corpus_slow;
ALTER INDEX new_index SET TABLESPACE corpus_slow;
