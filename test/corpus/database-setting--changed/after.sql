DO $$ DECLARE d text := quote_ident(current_database()); BEGIN
  EXECUTE 'ALTER DATABASE ' || d || ' SET search_path TO ''''';
  EXECUTE 'ALTER DATABASE ' || d || ' SET work_mem TO ''16MB''';
  EXECUTE 'ALTER DATABASE ' || d || ' SET app.jwt_secret TO ''two''';
  EXECUTE 'ALTER DATABASE ' || d || ' SET app.greeting TO ''it''''s 100%, \o/''';
  EXECUTE 'ALTER ROLE CURRENT_USER IN DATABASE ' || d || ' SET statement_timeout TO ''6s''';
END $$;
