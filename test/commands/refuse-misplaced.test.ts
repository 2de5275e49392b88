import { expect, test } from 'vitest';
import { introspect } from '../../src/catalog/introspect.ts';
import { refuseMisplaced } from '../../src/commands/planning/refuse-misplaced.ts';
import { openServer } from '../../src/database/server.ts';
import { diff } from '../../src/diff/diff.ts';
import { TrueupError } from '../../src/errors.ts';
import { registry } from '../../src/kinds/index.ts';
import { orderChanges } from '../../src/plan/order.ts';
import { freshDatabase } from '../support/servers.ts';

test('what ALTER EXTENSION added and dropped is not reverted by DROP and CREATE', async () => {
  await using database = await freshDatabase(14);
  await using live = await openServer(database.url);
  await live.exec(`
    CREATE EXTENSION citext;
    CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
    CREATE TABLE "a t" (a integer);`);
  const before = await introspect(live, registry);
  await live.exec(`
    ALTER EXTENSION citext ADD FUNCTION f(integer);
    ALTER EXTENSION citext ADD TABLE "a t";
    ALTER EXTENSION citext DROP OPERATOR = (citext, citext);
    CREATE SCHEMA s;
    CREATE EXTENSION hstore SCHEMA s;`);
  const after = await introspect(live, registry);
  const refused = refuseMisplaced(live, diff(before, after, registry), registry);
  await expect(refused).rejects.toThrow(TrueupError);
  const { diagnostics } = (await refused.catch((error: unknown) => error)) as TrueupError;
  expect(diagnostics.map(({ help }) => help?.split(',')[0]).sort()).toEqual([
    'Run ALTER EXTENSION "citext" ADD OPERATOR "public".= (public.citext',
    'Run ALTER EXTENSION "citext" DROP FUNCTION "public"."f"(integer)',
    'Run ALTER EXTENSION "citext" DROP TABLE "public"."a t"',
  ]);

  // An extension is made whole, whatever was taken out of it.
  const empty = { ...after, objects: new Map(), dependencies: new Map() };
  expect(orderChanges(empty, after, registry).refused).toEqual([]);
});
