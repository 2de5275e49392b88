CREATE SUBSCRIPTION connection CONNECTION 'host=nowhere password=one' PUBLICATION p WITH (connect = false, slot_name = NONE);
CREATE SUBSCRIPTION publications CONNECTION 'host=nowhere' PUBLICATION p, q WITH (connect = false, slot_name = NONE);
CREATE SUBSCRIPTION slot CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false, slot_name = one);
CREATE SUBSCRIPTION "none's slot" CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false, slot_name = two);
CREATE SUBSCRIPTION enabled CONNECTION 'host=nowhere port=1' PUBLICATION p WITH (connect = false, slot_name = one);
ALTER SUBSCRIPTION enabled ENABLE;
CREATE SUBSCRIPTION options CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE, streaming = off);
CREATE SUBSCRIPTION same CONNECTION 'host=nowhere password=same' PUBLICATION p WITH (connect = false, slot_name = NONE);
CREATE SUBSCRIPTION gone CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE);
