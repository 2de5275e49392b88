CREATE SUBSCRIPTION two_phase CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE, streaming = off, two_phase = true);
CREATE SUBSCRIPTION failover CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE, streaming = off, failover = true);
CREATE SUBSCRIPTION altered CONNECTION 'host=nowhere' PUBLICATION p
  WITH (connect = false, slot_name = NONE, streaming = parallel, disable_on_error = true, origin = none, password_required = false, run_as_owner = true);
