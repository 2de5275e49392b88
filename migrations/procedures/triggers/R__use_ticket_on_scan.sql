-- A ticket is used by the scan that admitted someone, in the same transaction. A trigger on a partitioned table is
-- cloned to its partitions, those to come as well.

CREATE OR REPLACE FUNCTION use_ticket_on_scan() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  UPDATE tickets SET status = 'used' WHERE id = NEW.ticket_id AND status = 'valid';
  RETURN NULL;
END;
$$;

CREATE OR REPLACE TRIGGER scans_use_ticket AFTER INSERT ON scans
  FOR EACH ROW WHEN (NEW.outcome = 'admitted') EXECUTE FUNCTION use_ticket_on_scan();
