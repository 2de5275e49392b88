import { describe, expect, it } from 'vitest';
import { indexObjects, indexStatements } from '../../src/migrations/object-statements.ts';
import { splitStatements } from '../../src/migrations/statements.ts';

async function statementsOf(sql: string) {
  const { statements } = await splitStatements(sql, 'V1__x.sql');
  return indexStatements([{ statements }]);
}

const table = { kind: 'table', path: ['public', 'users'] };
const schema = { kind: 'schema', path: ['public'] };

describe('the statements of an object', () => {
  it('are those that define it, newest first, and not those that only use it', async () => {
    const find = await statementsOf(`
      CREATE TABLE public.users (id bigint GENERATED ALWAYS AS IDENTITY, email text);
      CREATE TABLE orders (user_id bigint REFERENCES users (id));
      CREATE VIEW mailing AS SELECT email FROM users;
      INSERT INTO users (email) VALUES ('a');
      ALTER TABLE users ADD COLUMN phone text;
      CREATE INDEX users_email ON users (lower(email));`);
    const lines = (kind: string, path: string[], parent: typeof table) =>
      find({ kind, path }, parent).map(({ statement }) => statement.position.line);
    expect(lines('table', ['public', 'users'], schema)).toEqual([6, 2]);
    expect(lines('column', ['public', 'users', 'email'], table)).toEqual([7, 2]);
    expect(lines('index', ['public', 'users_email'], table)).toEqual([7]);
    expect(lines('view', ['public', 'mailing'], schema)).toEqual([4]);
  });

  it('follow it through renames', async () => {
    const find = await statementsOf(`
      CREATE TABLE people (mail text);
      ALTER TABLE people RENAME COLUMN mail TO email;
      ALTER TABLE people RENAME TO users;`);
    const found = find({ kind: 'column', path: ['public', 'users', 'email'] }, table);
    expect(found.map(({ statement }) => statement.position.line)).toEqual([3, 2]);
    expect(find(table, schema).map(({ statement }) => statement.position.line)).toEqual([4, 3, 2]);
  });

  it('are found the other way round: what a statement speaks of', async () => {
    const { statements } = await splitStatements(
      `CREATE TABLE users (id bigint, email text);
       CREATE INDEX users_email ON users (email);
       COMMENT ON COLUMN users.email IS 'where to write';
       UPDATE users SET email = 'a';`,
      'V1__x.sql',
    );
    const email = { ref: { kind: 'column', path: ['public', 'users', 'email'] }, parent: table };
    const find = indexObjects([
      { ref: table, parent: schema },
      email,
      { ref: { kind: 'index', path: ['public', 'users_email'] }, parent: table },
      { ref: { kind: 'comment', path: email.ref.path, on: 'column' }, parent: email.ref },
    ]);
    expect(statements.map((one) => find(one).map(({ ref }) => ref.kind))).toEqual([
      ['table', 'column'],
      ['index', 'column'],
      ['comment'],
      [],
    ]);
  });

  it('of a comment are those that comment', async () => {
    const find = await statementsOf(`
      CREATE TABLE users (email text);
      COMMENT ON COLUMN users.email IS 'where to write';`);
    const comment = { kind: 'comment', path: ['public', 'users', 'email'], on: 'column' };
    const found = find(comment, { kind: 'column', path: ['public', 'users', 'email'] });
    expect(found.map(({ statement }) => statement.position.line)).toEqual([3]);
  });
});
