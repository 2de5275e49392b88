ALTER TABLE shows RENAME TO events;
ALTER TABLE events SET SCHEMA s;
ALTER SEQUENCE s.shows_id_seq RENAME TO events_id_seq;
ALTER SEQUENCE s.shows_n_seq RENAME TO "events' numbers";
ALTER TABLE s.events ALTER n SET MINVALUE 5;
ALTER SEQUENCE s.shows_old_seq RENAME TO events_old_seq;
