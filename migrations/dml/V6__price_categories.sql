-- The four categories that every hall plan is drawn with. Their numbers are printed on seating plans, so they are given here.

INSERT INTO price_categories (id, code, name, sort_order) VALUES
  (1, 'PREMIUM', 'Premium', 10),
  (2, 'A', 'Category A', 20),
  (3, 'B', 'Category B', 30),
  (4, 'STAND', 'Standing', 40);

-- Explicit numbers do not advance the identity: without this the next category would collide with 1.
ALTER TABLE price_categories ALTER COLUMN id RESTART WITH 5;
