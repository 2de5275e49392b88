CREATE SCHEMA "S p.a""ce";
CREATE TABLE "S p.a""ce"."T.a""ble" ("c.""ol" integer CONSTRAINT "c h.""k" CHECK ("c.""ol" > 0), "select" text, sixty_three_bytes_of_name_sixty_three_bytes_of_name_sixty_threeb integer);
CREATE INDEX "i.""x" ON "S p.a""ce"."T.a""ble" ("c.""ol");
CREATE VIEW "S p.a""ce"."V w" AS SELECT "c.""ol" AS "x y" FROM "S p.a""ce"."T.a""ble";
CREATE FUNCTION "S p.a""ce"."F.n"("a b" integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
COMMENT ON FUNCTION "S p.a""ce"."F.n"(integer) IS 'it''s \ odd';
COMMENT ON COLUMN "S p.a""ce"."V w"."x y" IS 'x';
