DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'grant_reader') THEN CREATE ROLE grant_reader; CREATE ROLE "grant 'W""ä"; END IF; END $$;
