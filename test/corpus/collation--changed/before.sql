CREATE COLLATION provider (PROVIDER = libc, LOCALE = 'C');
CREATE COLLATION locale (PROVIDER = icu, LOCALE = 'en');
CREATE COLLATION "characterType" (PROVIDER = libc, LC_COLLATE = 'C', LC_CTYPE = 'C');
CREATE COLLATION deterministic (PROVIDER = icu, LOCALE = 'und');
COMMENT ON COLLATION locale IS 'kept';
