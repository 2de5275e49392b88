CREATE SUBSCRIPTION connection CONNECTION 'host=nowhere password=two' PUBLICATION p WITH (connect = false, slot_name = NONE);
CREATE SUBSCRIPTION publications CONNECTION 'host=nowhere' PUBLICATION "Ü r", q WITH (connect = false, slot_name = NONE);
CREATE SUBSCRIPTION slot CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false, slot_name = other);
CREATE SUBSCRIPTION "none's slot" CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE);
CREATE SUBSCRIPTION enabled CONNECTION 'host=nowhere port=1' PUBLICATION p WITH (connect = false, slot_name = one);
CREATE SUBSCRIPTION options CONNECTION 'host=nowhere' PUBLICATION p
  WITH (connect = false, slot_name = NONE, streaming = on, binary = true, synchronous_commit = 'local');
CREATE SUBSCRIPTION same CONNECTION 'host=nowhere password=same' PUBLICATION p WITH (connect = false, slot_name = NONE);
COMMENT ON SUBSCRIPTION same IS 'kept';
