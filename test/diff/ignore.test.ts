import { describe, expect, it } from 'vitest';
import type { Catalog, CatalogObject } from '../../src/catalog/kind.ts';
import { formatId, type ObjectRef, parseId } from '../../src/catalog/object.ts';
import type { Change } from '../../src/diff/change.ts';
import { applyIgnoreRules, parseIgnoreFile } from '../../src/diff/ignore.ts';

const today = '2026-11-21';
const address = { classid: 0, objid: 0, objsubid: 0 };

function object(id: string, parent?: string): CatalogObject {
  return { ref: parseId(id), ...(parent ? { parent: parseId(parent) } : {}), address, properties: {} };
}

function created(id: string, parent?: string, within: string | null = null): Change {
  return { id, action: 'create', before: null, after: object(id, parent), properties: [], within };
}

function renamed(from: string, to: string): Change {
  return { id: to, action: 'rename', before: object(from), after: object(to), properties: [], within: null };
}

function rulesOf(text: string) {
  const { rules, diagnostics } = parseIgnoreFile(text, '.trueupignore');
  expect(diagnostics).toEqual([]);
  return rules;
}

function keptIds(
  text: string,
  changes: readonly Change[],
  catalogs: readonly Catalog[] = [],
): readonly string[] {
  return applyIgnoreRules(changes, rulesOf(text), today, catalogs).kept.map((change) => change.id);
}

describe('a pattern', () => {
  it.each([
    ['index:public.*_tmp_idx', 'index:public.a_tmp_idx', true],
    ['index:public.*_tmp_idx', 'index:public.a_tmp_idx2', false],
    ['index:public.*_tmp_idx', 'table:public.a_tmp_idx', false],
    ['index:public.*_tmp_idx', 'index:other.a_tmp_idx', false],
    ['public.tmp_*', 'table:public.tmp_a', true],
    ['public.tmp_*', 'view:public.tmp_a', true],
    ['*:public.tmp_*', 'view:public.tmp_a', true],
    ['*:public.tmp_*', 'view:public.TMP_a', false],
    ['public.*', 'column:public.a.b', false],
    ['public.**', 'column:public.a.b', true],
    ['public.**', 'table:public.a', true],
    ['public.**', 'schema:public', false],
    ['**.secret', 'column:public.a.secret', true],
    ['**.secret', 'schema:secret', true],
    ['**', 'schema:public', true],
    ['public.**.b', 'table:public.b', true],
    ['public.**.b', 'column:public.a.b', true],
    ['column:public.*.created_?', 'column:public.a.created_x', true],
    ['column:public.*.created_?', 'column:public.a.created_xy', false],
    ['materialized view:public.m', 'materialized view:public.m', true],
    ['*view:public.m', 'materialized view:public.m', true],
    ['schema:audit', 'schema:audit', true],
    ['audit', 'schema:audit', true],
    ['comment(table):public.a', 'comment(table):public.a', true],
    ['comment(table):public.a', 'comment(view):public.a', false],
    ['comment:public.a', 'comment(view):public.a', true],
    ['comment:', 'comment(column):public.a.b', true],
    ['comment:', 'table:public.a', false],
    ['function:public.f', 'function:public.f(integer, text)', true],
    ['function:public.f(integer, text)', 'function:public.f(integer, text)', true],
    ['function:public.f(integer, *)', 'function:public.f(integer, text)', true],
    ['function:public.f(integer)', 'function:public.f(integer, text)', false],
    ['function:public.f()', 'function:public.f()', true],
    ['function:public.f()', 'function:public.f(text)', false],
    ['table:public."a.b"', 'table:public."a.b"', true],
    ['table:public."a b # c"', 'table:public."a b # c"', true],
    ['table:public."say ""x"""', 'table:public."say ""x"""', true],
    ['table:public.a*', 'table:public."a.b"', true],
    ['table:public."a*"', 'table:public.ab', false],
    ['table:public.a+b$', 'table:public.a+b$', true],
    ['table:public.a+b$', 'table:public.aab', false],
    ['table:public.größe', 'table:public.größe', true],
  ])('%s matches %s: %s', (pattern, id, isIgnored) => {
    expect(keptIds(pattern, [created(id)])).toEqual(isIgnored ? [] : [id]);
  });
});

describe('parseIgnoreFile', () => {
  it('reads comments, dates and reasons', () => {
    const text =
      '\uFEFF# a comment\r\n\r\n  index:public.a_idx  # until=2027-01-31 waiting for #42\r\ntable:public.b # kept by hand\nview:public.c\n';
    expect(
      rulesOf(text).map(({ text, until, reason, position }) => [text, until, reason, position.line]),
    ).toEqual([
      ['index:public.a_idx', '2027-01-31', 'waiting for #42', 3],
      ['table:public.b', null, 'kept by hand', 4],
      ['view:public.c', null, null, 5],
    ]);
  });

  it('takes a # without whitespace before it for a part of the name', () => {
    expect(keptIds('table:public.a#b', [created('table:public.a#b')])).toEqual([]);
  });

  it.each([
    ['table:public."a', 14, 'a quote is not closed'],
    ['table:public..a', 14, 'a part of the name is empty'],
    ['table:public.', 14, 'a part of the name is empty'],
    ['!', 2, 'a part of the name is empty'],
    ['function:public.f(integer', 18, 'a parenthesis is not closed'],
    ['table:public.a b', 15, 'nothing can follow here'],
    ['Table:public.a', 1, 'kinds are in lower case'],
    ['  table:public.a  # until=2027-02-30', 21, '"2027-02-30" is not a date'],
    ['table:public.a # until=soon', 18, '"soon" is not a date'],
  ])('refuses %j at column %i', (line, column, words) => {
    const { rules, diagnostics } = parseIgnoreFile(`view:public.ok\n${line}\n`, '.trueupignore');
    expect(rules.map((rule) => rule.text)).toEqual(['view:public.ok']);
    expect(diagnostics).toMatchObject([
      { severity: 'error', position: { file: '.trueupignore', line: 2, column }, sourceLine: line },
    ]);
    expect(diagnostics[0]?.summary).toContain(words);
  });
});

describe('applyIgnoreRules', () => {
  const table = created('table:public.t', 'schema:public');
  const column = created('column:public.t.a', 'table:public.t', 'table:public.t');
  const index = created('index:public.t_idx', 'table:public.t');

  it('ignores the parts of what a rule matches', () => {
    expect(keptIds('table:public.t', [table, column, index])).toEqual([]);
    expect(keptIds('schema:public', [table, column, index])).toEqual([]);
    expect(keptIds('column:public.t.*', [table, column, index])).toEqual([table.id, index.id]);
  });

  it('follows what an object is created together with when it names no parent', () => {
    expect(
      keptIds('table:public.t', [created('comment(index):public.x', undefined, 'table:public.t')]),
    ).toEqual([]);
  });

  it('learns from the catalogs which object is a part of which', () => {
    const unchanged = object('table:public.t', 'schema:public');
    const catalog: Catalog = {
      serverVersion: 180000,
      objects: new Map([[formatId(unchanged.ref), unchanged]]),
      dependencies: new Map(),
      notCompared: [],
    };
    expect(keptIds('schema:public', [column])).toEqual([column.id]);
    expect(keptIds('schema:public', [column], [catalog])).toEqual([]);
  });

  it('lets the last matching rule decide', () => {
    const changes = [created('table:public.tmp_a'), created('table:public.tmp_keep')];
    expect(keptIds('public.tmp_*\n!table:public.tmp_keep', changes)).toEqual(['table:public.tmp_keep']);
    expect(keptIds('!table:public.tmp_keep\npublic.tmp_*', changes)).toEqual([]);
    expect(keptIds('table:public.t\n!column:public.t.a', [table, column, index])).toEqual([column.id]);
  });

  it('ignores a rename only when both names are covered', () => {
    const change = renamed('table:public.users', 'table:public.tmp_users');
    expect(keptIds('table:public.tmp_*', [change])).toEqual([change.id]);
    expect(keptIds('table:public.tmp_*\ntable:public.users', [change])).toEqual([]);
  });

  it('keeps the rule and its reason with each ignored change', () => {
    const { ignored } = applyIgnoreRules([table], rulesOf('!x\npublic.t  # made by hand'), today);
    expect(ignored).toEqual([{ change: table, rule: 'public.t', reason: 'made by hand' }]);
  });

  it('applies a rule on its last day, and reports it from the next', () => {
    const rules = rulesOf('table:public.t # until=2026-11-21 soon gone');
    expect(applyIgnoreRules([table], rules, '2026-11-21')).toMatchObject({ kept: [], diagnostics: [] });
    expect(applyIgnoreRules([table], rules, '2026-11-22')).toMatchObject({
      kept: [table],
      ignored: [],
      diagnostics: [
        {
          code: 'ignore-rule-expired',
          severity: 'warning',
          detail: 'Its reason: soon gone',
          position: { line: 1 },
        },
      ],
    });
  });

  it('notes a rule that matches nothing', () => {
    const { diagnostics } = applyIgnoreRules([table], rulesOf('table:public.t\nview:public.gone'), today);
    expect(diagnostics).toMatchObject([
      { code: 'ignore-rule-unused', severity: 'note', subject: 'view:public.gone', position: { line: 2 } },
    ]);
  });

  it('matches an id as formatted, whatever the name holds', () => {
    const refs: readonly ObjectRef[] = [
      { kind: 'table', path: ['public', 'we.ird "name"'] },
      { kind: 'function', path: ['public', 'f'], signature: 'character varying, numeric' },
      { kind: 'comment', path: ['s p', 't(1)', 'c'], on: 'column' },
    ];
    for (const ref of refs) expect(keptIds(formatId(ref), [created(formatId(ref))])).toEqual([]);
  });
});
