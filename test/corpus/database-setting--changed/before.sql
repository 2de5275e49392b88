DO $$ DECLARE d text := quote_ident(current_database()); BEGIN
  EXECUTE 'ALTER DATABASE ' || d || ' SET search_path TO "$user", public, "My $do$ Schema"';
  EXECUTE 'ALTER DATABASE ' || d || ' SET work_mem TO ''8MB''';
  EXECUTE 'ALTER DATABASE ' || d || ' SET app.jwt_secret TO ''one''';
  EXECUTE 'ALTER DATABASE ' || d || ' SET "DateStyle" TO ''ISO, DMY''';
  EXECUTE 'ALTER ROLE CURRENT_USER IN DATABASE ' || d || ' SET statement_timeout TO ''5s''';
END $$;
