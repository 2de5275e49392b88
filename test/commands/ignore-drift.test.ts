import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ObjectId } from '../../src/catalog/object.ts';
import { apply } from '../../src/commands/apply.ts';
import { drift } from '../../src/commands/drift.ts';
import { openServer } from '../../src/database/server.ts';
import { parseIgnoreFile } from '../../src/diff/ignore.ts';
import { formatPattern } from '../../src/plan/ignore-rules.ts';
import type { Decision } from '../../src/plan/plan.ts';
import { freshDatabase } from '../support/servers.ts';

test('drift that is ignored becomes rules, and is no drift from then on', async () => {
  const root = await mkdtemp(join(tmpdir(), 'trueup-ignore-'));
  try {
    await mkdir(join(root, 'migrations'));
    await writeFile(join(root, 'migrations', 'V1__t.sql'), 'CREATE TABLE t (id int);');
    await writeFile(join(root, '.trueupignore'), 'schema:unused');
    await using database = await freshDatabase(17);
    const options = { cwd: root, url: database.url };
    await apply(options);
    await using session = await openServer(database.url, {});
    await session.exec('CREATE TABLE "by hand.*" (id int PRIMARY KEY)');
    await session.exec('CREATE FUNCTION f(a int, b text[]) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$');
    const found = await drift(options);
    const decisions = new Map<ObjectId, Decision>(found.drift.map(({ id }) => [id, 'ignore']));
    const report = await apply({ ...options, decisions });
    expect(report?.outcome).toBe('nothing to do');
    const text = await readFile(join(root, '.trueupignore'), 'utf8');
    expect(text.replaceAll(/\d{4}-\d\d-\d\d/g, 'DAY').split('\n')).toEqual([
      'schema:unused',
      'table:public."by hand.*"  # ignored in review on DAY',
      'function:public.f(integer, text[])  # ignored in review on DAY',
      '',
    ]);
    const after = await drift(options);
    expect(after.drift).toEqual([]);
    expect(after.ignored.length).toBe(found.drift.length);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});

test('a pattern of any name reads as one rule for exactly that name', () => {
  for (const name of ['plain', 'with space', 'a.b', 'star*', 'what?', 'quo"te', '# not a comment', 'Ünï']) {
    const pattern = formatPattern({ kind: 'index', path: ['public', name] });
    const { rules, diagnostics } = parseIgnoreFile(`${pattern}  # reason`, '.trueupignore');
    expect(diagnostics).toEqual([]);
    // What cannot be read as a wildcard may stand unquoted.
    const plain = /^[\p{L}\p{N}_]+$/u.test(name);
    expect(rules[0]?.path.at(-1)).toEqual(plain ? { type: 'glob', glob: name } : { type: 'exact', name });
  }
});
