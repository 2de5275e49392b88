import { expect, test } from 'vitest';
import { narrows } from '../../src/database/type-conversion.ts';

test.each([
  ['character(3)', 'character(10)', 'character(2)'],
  ['numeric(10,1)', 'numeric(13,4)', 'numeric(12,4)'],
  ['numeric(10,2)', 'numeric', 'numeric(10,1)'],
  ['integer', 'numeric(10,0)', 'numeric(10,1)'],
  ['bigint', 'numeric(21,2)', 'numeric(18,0)'],
  ['timestamp(3) without time zone', 'timestamp(6) without time zone', 'timestamp(0) without time zone'],
  ['time(2) without time zone', 'time without time zone', 'time(1) without time zone'],
  ['bit varying(8)', 'bit varying(16)', 'bit varying(4)'],
  ['character varying(8)', 'character varying(9)', 'character varying(7)'],
  ['real', 'double precision', 'numeric(10,2)'],
])('every value of %s fits %s, and not %s', (from, wider, narrower) => {
  expect([narrows(from, wider), narrows(from, narrower)]).toEqual([false, true]);
});
