CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE stays (a integer) PARTITION BY LIST (a) USING heap2;
CREATE TABLE stays_1 PARTITION OF stays FOR VALUES IN (1);
CREATE TABLE joins (a integer) USING heap2;
CREATE TABLE unset (a integer) PARTITION BY LIST (a) USING heap2;
