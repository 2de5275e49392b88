CREATE TABLE p (id int, k int) PARTITION BY LIST (k);
