CREATE COLLATION rules (PROVIDER = icu, LOCALE = 'und', RULES = '&V << w <<< W');
