import { mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { introspect } from '../../src/catalog/introspect.ts';
import { openEmbedded } from '../../src/database/embedded.ts';
import { registry } from '../../src/kinds/index.ts';
import { introspectEmpty } from '../../src/replay/empty.ts';

let cacheDirectory = '';
beforeAll(async () => {
  cacheDirectory = await mkdtemp(join(tmpdir(), 'trueup-empty-'));
});
afterAll(() => rm(cacheDirectory, { recursive: true }));

test('what an empty engine answers is kept by the questions, and asked again when what is kept is damaged', async () => {
  await using engine = await openEmbedded({ extensions: [] });
  const told = await introspect(engine, registry);
  expect(await introspectEmpty(engine, registry, cacheDirectory)).toEqual(told);
  const [name = ''] = await readdir(cacheDirectory);
  const kept = await readFile(join(cacheDirectory, name));

  // An engine that is no longer empty would answer otherwise: it is not asked.
  await engine.exec('CREATE TABLE late (id int)');
  expect(await introspectEmpty(engine, registry, cacheDirectory)).toEqual(told);
  await engine.exec('DROP TABLE late');

  await truncate(join(cacheDirectory, name), 100);
  expect(await introspectEmpty(engine, registry, cacheDirectory)).toEqual(told);
  expect(await readFile(join(cacheDirectory, name))).toEqual(kept);

  const fewer = new Map([...registry].filter(([kind]) => kind !== 'view'));
  expect((await introspectEmpty(engine, fewer, cacheDirectory)).objects).toEqual(told.objects);
  expect(await readdir(cacheDirectory)).toHaveLength(2);
});
