import { describe, expect, it } from 'vitest';
import type { CatalogObject } from '../../src/catalog/kind.ts';
import { formatId, parseId } from '../../src/catalog/object.ts';
import type { Change } from '../../src/diff/change.ts';
import { formatAnswer, parseRenamesFile, takeRenames, writeAnswers } from '../../src/diff/kept-renames.ts';
import { registry } from '../../src/kinds/index.ts';

const today = '2026-11-21';
const object = (id: string): CatalogObject => ({
  ref: parseId(id),
  address: { classid: 0, objid: 0, objsubid: 0 },
  properties: {},
});
const missing = (id: string): Change => ({
  id,
  action: 'drop',
  before: object(id),
  after: null,
  properties: [],
  within: null,
});
const extra = (id: string): Change => ({ ...missing(id), action: 'create', before: null, after: object(id) });

function take(text: string, changes: readonly Change[], said: readonly string[] = []) {
  const { rules, diagnostics } = parseRenamesFile(text, registry);
  expect(diagnostics).toEqual([]);
  const flags = said.map((one) => ({ from: one.split('=')[0] ?? '', to: one.split('=')[1] ?? '' }));
  const taken = takeRenames(changes, flags, rules, registry, today);
  return {
    renames: [...taken.renames],
    twoObjects: taken.twoObjects.map(({ from, to }) => [from, to]),
    told: taken.diagnostics.map(
      ({ severity, position, summary }) => `${severity} ${position?.line}: ${summary}`,
    ),
  };
}

const users = missing('table:public.users');
const people = extra('table:public.people');
const pair = ['table:public.users', 'table:public.people'];

describe('a kept answer', () => {
  it.each([
    'table:public.users=table:public.people',
    'public.users=public.people  # until=2026-11-21 by hand',
    ' "public"."users" = public.people\t# why',
    'table:public.people=table:public.users',
  ])('%s is a rename', (line) => {
    expect(take(line, [users, people])).toEqual({ renames: [pair], twoObjects: [], told: [] });
  });

  it('says with ! that a pair is two objects', () => {
    expect(take('! public.users=public.people', [users, people])).toEqual({
      renames: [],
      twoObjects: [pair],
      told: [],
    });
  });

  it('gives way to a later line and to a flag, and is told of then', () => {
    const others = [users, people, extra('table:public.persons')];
    const both = 'public.users=public.people\npublic.users=public.persons';
    expect(take(both, others)).toMatchObject({
      renames: [['table:public.users', 'table:public.persons']],
      told: ['note 1: The answer public.users=public.people is about nothing that is missing and extra.'],
    });
    const flag = take('public.users=public.people', others, ['public.users=public.persons']);
    expect(flag.renames).toEqual([['table:public.users', 'table:public.persons']]);
    expect(take('public.users=public.people\n!public.users=public.people', others).renames).toEqual([]);
  });

  it('is told of when it has expired, fits nothing, or fits several', () => {
    const text = 'public.users=public.people  # until=2026-11-20 gone\n\n# what\npublic.a=public.b\n';
    expect(take(text, [users, people])).toEqual({
      renames: [],
      twoObjects: [],
      told: [
        'warning 1: The answer public.users=public.people expired after 2026-11-20 and is no longer applied.',
        'note 4: The answer public.a=public.b is about nothing that is missing and extra.',
      ],
    });
    const views = [missing('view:public.users'), extra('view:public.people')];
    expect(take('public.users=public.people', [users, people, ...views]).told).toEqual([
      'warning 1: The answer public.users=public.people fits 2 pairs and is not applied.',
    ]);
  });
});

it('every bad line is an error with its file, line and column', () => {
  const { rules, diagnostics } = parseRenamesFile(
    [
      'public.users',
      'a.b=c.d',
      '  public.users=public.people=public.x',
      'table:public.a=view:public.b',
      '!tabel:public.a=tabel:public.b',
      'cast:(a AS b)=cast:(c AS d)',
      'public.a= # why',
      'public.a="public"."a"',
      'public.a=public.b  # until=2026-02-30',
      'public.a=public."b',
    ].join('\n'),
    registry,
  );
  expect(rules.map(({ text }) => text)).toEqual(['a.b=c.d']);
  expect(
    diagnostics.map(({ position, summary }) => `${position?.line}:${position?.column} ${summary}`),
  ).toEqual([
    '1:1 There is no = between two names.',
    '3:29 A second = follows; a name that holds one stands in quotes.',
    '4:16 It is table on the left, view on the right.',
    '5:2 There is no kind "tabel" that can be renamed.',
    '6:1 PostgreSQL cannot rename a cast.',
    '7:10 A name is missing.',
    '8:10 The two names are the same.',
    '9:22 "2026-02-30" is not a date.',
    '10:10 "public."b" is not a name.',
  ]);
});

describe('answers are written', () => {
  const [from = '', to = ''] = pair;
  const dated = `  # answered in review on ${today}\n`;

  it('below what is there, and in place of other lines about the pair', () => {
    const text = '# ours\r\npublic.users=public.people  # mine\r\npublic.a=public.b';
    expect(writeAnswers(text, [{ from, to, answer: 'renamed' }], registry, today)).toBe(text);
    expect(writeAnswers(text, [{ from, to, answer: 'two objects' }], registry, today)).toBe(
      `# ours\r\npublic.a=public.b\r\n!${from}=${to}${dated.trimEnd()}\r\n`,
    );
    expect(writeAnswers(text, [{ from, to, answer: null }], registry, today)).toBe(
      '# ours\r\npublic.a=public.b\r\n',
    );
    expect(writeAnswers('', [{ from, to, answer: 'renamed' }], registry, today)).toBe(
      `${from}=${to}${dated}`,
    );
  });

  it('again where the line has expired', () => {
    const expired = `${from}=${to}  # until=2026-11-20\n`;
    expect(writeAnswers(expired, [{ from, to, answer: 'renamed' }], registry, today)).toBe(
      `${from}=${to}${dated}`,
    );
  });

  it.each(['plain', 'with space', 'a.b', 'a=b', 'quo"te', '# not a comment', '!', 'Ünï', 'a:b', '(x'])(
    'so that they are read as the same pair: %s',
    (name) => {
      const odd = `table:public."${name.replaceAll('"', '""')}"`;
      const [gone, come] = [missing(odd), extra('table:public."new=one"')];
      const answer = {
        from: formatId(parseId(odd)),
        to: formatId(parseId(come.id)),
        answer: 'renamed' as const,
      };
      const text = writeAnswers('', [answer], registry, today);
      expect(take(text, [gone, come]).renames).toEqual([[answer.from, answer.to]]);
      expect(writeAnswers(text, [answer], registry, today)).toBe(text);
    },
  );

  it('but not where a name has a line break, which no line can hold', () => {
    expect(formatAnswer({ from: 'table:public."a\nb"', to }, 'renamed')).toBeNull();
  });
});
