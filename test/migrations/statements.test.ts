import { describe, expect, test } from 'vitest';
import { splitStatements } from '../../src/migrations/statements.ts';

const file = 'migrations/V7__x.sql';

async function split(text: string) {
  const { statements, diagnostics } = await splitStatements(text, file);
  expect(diagnostics).toEqual([]);
  for (const { sql, offset } of statements) expect(text.slice(offset, offset + sql.length)).toBe(sql);
  return statements;
}

async function texts(text: string) {
  return (await split(text)).map(({ sql }) => sql);
}

async function problems(text: string) {
  const { statements, diagnostics } = await splitStatements(text, file);
  expect(statements).toEqual([]);
  return diagnostics;
}

describe('splitting', () => {
  test('leaves out terminators, and comments before and behind', async () => {
    expect(
      await texts('-- head\n/* a */ SELECT 1 -- one\n;\n\n SELECT /* in */ 2; -- two\nSELECT 3 -- three\n'),
    ).toEqual(['SELECT 1', 'SELECT /* in */ 2', 'SELECT 3']);
  });

  test('a text of comments, blanks or lone semicolons has no statements', async () => {
    expect(await texts('-- nothing\n/* here */')).toEqual([]);
    expect(await texts(' ; ;; \n')).toEqual([]);
    expect(await texts('')).toEqual([]);
  });

  test('semicolons in strings, names, dollar quotes and nested comments do not end a statement', async () => {
    const statements = [
      `SELECT 'a;''b;', E'c\\';d', "e;""f" FROM t`,
      'SELECT /* ; /* ; */ ; */ 1',
      'CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $f$ BEGIN PERFORM $$;$$; RETURN 1; END $f$',
    ];
    expect(await texts(`${statements.join(';\n')};`)).toEqual(statements);
  });

  test('the body of a function with BEGIN ATOMIC is one statement with it', async () => {
    const body =
      'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END';
    expect(await texts(`${body};\nSELECT 3;`)).toEqual([body, 'SELECT 3']);
  });

  test('the actions of a rule stay together', async () => {
    const rule =
      'CREATE RULE r AS ON INSERT TO t DO INSTEAD (INSERT INTO a VALUES (1); INSERT INTO b VALUES (2))';
    expect(await texts(`${rule}; SELECT 1`)).toEqual([rule, 'SELECT 1']);
  });
});

describe('positions', () => {
  test('count characters, whatever their bytes', async () => {
    const text = "SELECT 'é日本😀';  /* ü😀 */ SELECT 2;\r\n-- ñ\r\n\tSELECT 3;\rSELECT 4";
    expect(
      (await split(text)).map(({ position, offset }) => [position.line, position.column, offset]),
    ).toEqual([
      [1, 1, 0],
      [1, 26, 27],
      [3, 2, text.indexOf('SELECT 3')],
      [4, 1, text.indexOf('SELECT 4')],
    ]);
  });

  test('name the file', async () => {
    expect((await split('SELECT 1'))[0]?.position).toEqual({ file, line: 1, column: 1 });
  });
});

describe('a syntax error', () => {
  test('has its line, its column in characters, and the line itself', async () => {
    expect(await problems("SELECT 1;\n-- 😀\nSELECT 'é日😀', 1 frm frm x;\n")).toEqual([
      {
        code: '42601',
        severity: 'error',
        position: { file, line: 3, column: 21 },
        sourceLine: "SELECT 'é日😀', 1 frm frm x;",
        summary: 'syntax error at or near "frm"',
      },
    ]);
  });

  test('at the end of the text stands behind its last character', async () => {
    expect(await problems('SELECT 1;\nCREATE TABLE t (\n\n')).toMatchObject([
      { position: { line: 2, column: 17 }, summary: 'syntax error at end of input' },
    ]);
  });

  test('of an open string or comment stands where it opens', async () => {
    expect(await problems("SELECT 1;\nSELECT 'é\n")).toMatchObject([{ position: { line: 2, column: 8 } }]);
    expect(await problems('SELECT 1;\n/* a /* b */\nSELECT 2;')).toMatchObject([
      { position: { line: 2, column: 1 } },
    ]);
  });

  test('at a variable or placeholder of other tools says so', async () => {
    expect((await problems('CREATE SCHEMA :name;'))[0]?.help).toContain('psql variables');
    expect((await problems(`CREATE SCHEMA \${name};`))[0]?.help).toContain('Placeholders');
  });

  test('an expression too deep for the parser is reported, and the next text parses', async () => {
    expect(await problems(`SELECT 1${' + 1'.repeat(50_000)}`)).toMatchObject([{ severity: 'error' }]);
    expect(await texts('SELECT 1')).toEqual(['SELECT 1']);
  });
});

describe('what only psql understands', () => {
  test('COPY … FROM STDIN with data is refused where it stands', async () => {
    const text = "SELECT 1;\n  COPY public.t (a, b) FROM stdin;\n1\tit's\n2\t\\N\n\\.\n\nSELECT 2;\n";
    expect(await problems(text)).toEqual([
      {
        code: 'copy-from-stdin',
        severity: 'error',
        position: { file, line: 2, column: 3 },
        sourceLine: '  COPY public.t (a, b) FROM stdin;',
        summary: 'COPY … FROM STDIN cannot run in a migration',
        help: expect.stringContaining('INSERT'),
      },
    ]);
  });

  test('COPY … FROM STDIN without data is refused too', async () => {
    expect(await problems('COPY t FROM STDIN (FORMAT csv)')).toMatchObject([{ code: 'copy-from-stdin' }]);
    expect(await problems('COPY t FROM STDIN;\n\\.\n')).toMatchObject([{ code: 'copy-from-stdin' }]);
  });

  test('other forms of COPY are statements', async () => {
    expect(
      await texts("COPY t FROM '/tmp/x'; COPY t FROM PROGRAM 'x'; COPY (SELECT 1) TO STDOUT"),
    ).toHaveLength(3);
  });

  test.each(['\\set ON_ERROR_STOP on', '\\restrict aBc', "\\connect it's", '\\i other.sql', '\\.'])(
    'the meta-command %s is refused by name',
    async (command) => {
      expect(await problems(`SELECT 'é';\n ${command}\nSELECT 2;`)).toMatchObject([
        {
          code: 'psql-meta-command',
          position: { file, line: 2, column: 2 },
          sourceLine: ` ${command}`,
          summary: expect.stringContaining(command.split(' ')[0] ?? ''),
          help: expect.stringContaining('Remove the line'),
        },
      ]);
    },
  );

  test('a backslash in a string, name, dollar quote or comment is none', async () => {
    const text = `SELECT '\\set', E'\\\\', "\\a", $$\\b$$ -- \\c\n /* \\d */;`;
    expect(await texts(text)).toHaveLength(1);
    // Also where a real syntax error makes the text looked through again.
    expect(await problems(`${text} SELECT frm frm frm;`)).toMatchObject([{ code: '42601' }]);
  });

  test('each type is told once, with how many there are', async () => {
    const copy = "COPY t FROM stdin;\n1\t'\n\\.\n";
    expect(await problems(`\\restrict a\n${copy}${copy}\\unrestrict a\n`)).toMatchObject([
      { code: 'copy-from-stdin', position: { line: 2 }, summary: expect.stringContaining('1 more') },
      { code: 'psql-meta-command', position: { line: 1 }, summary: expect.stringContaining('1 more') },
    ]);
  });

  test('a syntax error before it is told as well', async () => {
    expect(await problems('SELEC 1;\n\\set x\n')).toMatchObject([
      { code: '42601', position: { line: 1, column: 1 } },
      { code: 'psql-meta-command', position: { line: 2, column: 1 } },
    ]);
  });
});
