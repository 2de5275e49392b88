-- Mails go out in the customer's language. Guessed from the country once; from now on people choose it.

ALTER TABLE customers ADD COLUMN locale varchar(5);

UPDATE customers
SET locale = CASE country_code
  WHEN 'AT' THEN 'de'
  WHEN 'CH' THEN 'de'
  WHEN 'DE' THEN 'de'
  WHEN 'FR' THEN 'fr'
  WHEN 'IT' THEN 'it'
  WHEN 'NL' THEN 'nl'
  WHEN 'PL' THEN 'pl'
  ELSE 'en'
END;

ALTER TABLE customers ALTER COLUMN locale SET DEFAULT 'en';
ALTER TABLE customers ALTER COLUMN locale SET NOT NULL;
ALTER TABLE customers ADD CONSTRAINT customers_locale_check CHECK (locale ~ '^[a-z]{2}(-[A-Z]{2})?$');
