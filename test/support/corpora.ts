import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { splitStatements } from '../../src/migrations/statements.ts';

/** Real projects' migrations, as data beside the repository. A user's clone has none. */
const corporaFolder = join(import.meta.dirname, '../../../shared/corpora');

export type Corpus = {
  readonly name: string;
  readonly migrations: readonly { readonly file: string; readonly sql: string }[];
};

/** Names of the corpora at hand; empty when the folder is absent. */
export function corpusNames(): readonly string[] {
  if (!existsSync(corporaFolder)) return [];
  return readdirSync(corporaFolder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.replace('.json', ''));
}

export function readCorpus(name: string): Corpus {
  const corpus = JSON.parse(readFileSync(join(corporaFolder, `${name}.json`), 'utf8')) as Corpus;
  if (name !== 'supabase-auth') return corpus;
  // Its migrations expect the schema that its own tool makes, and the search path that the tool sets.
  const sql = 'CREATE SCHEMA IF NOT EXISTS auth;';
  return { ...corpus, migrations: [{ file: '0000_schema.sql', sql }, ...corpus.migrations] };
}

/** What the URL of a corpus' database must set. */
export function corpusUrl(name: string, url: string): string {
  return name === 'supabase-auth' ? `${url}?options=-csearch_path%3Dauth` : url;
}

/** A corpus written as a Trueup project in a temporary folder, removed when disposed of. */
export async function corpusProject(
  corpus: Corpus,
): Promise<{ root: string; [Symbol.asyncDispose](): Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), `trueup-${corpus.name}-`));
  await mkdir(join(root, 'migrations'));
  for (const [position, { file, sql }] of corpus.migrations.entries()) {
    const slug = file.replace(/\.sql$/, '').replaceAll(/[^A-Za-z0-9]+/g, '_');
    // A file of nothing but spaces is an error to Trueup; these hold at least a comment.
    await writeFile(
      join(root, 'migrations', `V${position + 1}__${slug}.sql`),
      sql.trim() === '' ? '-- nothing' : sql,
    );
  }
  return { root, [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }) };
}

/** Applies a corpus by plain pg, as its own tool would: whole file in a transaction, statement by statement where one refuses that. */
export async function applyCorpus(corpus: Corpus, url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const { file, sql } of corpus.migrations) {
      const { statements } = await splitStatements(sql, file);
      const isAtomic = statements.every(({ traits }) => traits.transaction === 'inside');
      if (isAtomic) await client.query('BEGIN');
      for (const statement of statements) await client.query(statement.sql);
      if (isAtomic) await client.query('COMMIT');
      await client.query('RESET ALL');
    }
  } finally {
    await client.end();
  }
}
