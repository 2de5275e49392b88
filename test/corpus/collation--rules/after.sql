CREATE COLLATION rules (PROVIDER = icu, LOCALE = 'und', RULES = '& a < ''x''');
CREATE COLLATION more (PROVIDER = icu, LOCALE = 'und', RULES = '& ''\'' < g');
