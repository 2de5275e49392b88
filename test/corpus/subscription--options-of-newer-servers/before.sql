CREATE SUBSCRIPTION two_phase CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE, streaming = off);
CREATE SUBSCRIPTION failover CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE, streaming = off);
CREATE SUBSCRIPTION altered CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE, streaming = off);
