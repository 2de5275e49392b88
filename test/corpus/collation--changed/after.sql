CREATE COLLATION provider (PROVIDER = icu, LOCALE = 'en');
CREATE COLLATION locale (PROVIDER = icu, LOCALE = 'de');
CREATE COLLATION "characterType" (PROVIDER = libc, LC_COLLATE = 'C', LC_CTYPE = 'POSIX');
CREATE COLLATION deterministic (PROVIDER = icu, LOCALE = 'und', DETERMINISTIC = false);
COMMENT ON COLLATION locale IS 'kept';
