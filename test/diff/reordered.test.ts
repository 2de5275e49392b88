import { expect, test } from 'vitest';
import { introspect } from '../../src/catalog/introspect.ts';
import { openEmbedded } from '../../src/database/embedded.ts';
import { diff } from '../../src/diff/diff.ts';
import { findReordered } from '../../src/diff/reordered.ts';
import { registry } from '../../src/kinds/index.ts';

test('columns in another order are found, and are no change; those that one side lacks do not count', async () => {
  await using session = await openEmbedded({ extensions: [] });
  const read = async (t: string) => {
    await session.exec(
      `DROP TABLE IF EXISTS t, u; CREATE TABLE t (${t}); CREATE TABLE u (a integer, b integer)`,
    );
    return introspect(session, registry);
  };
  const before = await read('a integer, b integer, c integer');
  const after = await read('a integer, c integer, b integer');
  expect(diff(before, after, registry)).toEqual([]);
  expect(findReordered(before, after)).toMatchObject([{ whole: 'table:public.t', order: ['a', 'c', 'b'] }]);
  expect(findReordered(before, await read('n integer, a integer, c integer'))).toEqual([]);
});
