CREATE TABLE other (v integer);
