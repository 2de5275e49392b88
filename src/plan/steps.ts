import type { Migration, MigrationStatement } from '../migrations/migration.ts';
import { type Hazard, hazard } from './hazards.ts';
import type { OrderedStatement } from './order.ts';
import type { PlannedMigration, PlannedStatement, Step } from './plan.ts';

/** A migration and the key under which history records it. */
export type KeyedMigration = Pick<
  Migration,
  'version' | 'description' | 'script' | 'checksum' | 'text' | 'directives' | 'statements'
> & {
  readonly key: string;
  readonly kind: PlannedMigration['kind'];
  /** For one that is applied in part: where `statements` go on, and what the applied ones had set for their session. */
  readonly resumed?: { readonly from: number; readonly setup: readonly MigrationStatement[] };
};

/** A pending migration as a step: its statements as written. */
export function migrationStep(migration: KeyedMigration): Step {
  const bringsOwn = migration.statements.some(({ traits }) => traits.transaction === 'control');
  const { resumed } = migration;
  const plan = (statement: MigrationStatement): PlannedStatement => ({
    sql: statement.sql,
    hazards: writtenHazards(statement),
    transaction: transactionOf(statement, bringsOwn, migration.directives.noTransaction),
    object: null,
    position: statement.position,
    ...(statement.expect === undefined ? {} : { expect: statement.expect }),
    ...(statement.batch === undefined ? {} : { batch: statement.batch }),
  });
  return {
    ...recordedStep(migration),
    statements: [
      ...(resumed?.setup ?? []).map(plan),
      ...migration.statements.map((statement, index) => ({
        ...plan(statement),
        ordinal: (resumed?.from ?? 0) + index,
      })),
    ],
  };
}

/** A pending migration that is recorded as applied and not run. */
export function recordedStep(migration: KeyedMigration): Step {
  const { key, kind, version, description, script, checksum, text } = migration;
  return {
    kind: 'migration',
    title: script,
    migration: { key, kind, version, description, script, checksum, text },
    statements: [],
  };
}

/** Generated statements as a step. */
export function generatedStep(
  kind: Exclude<Step['kind'], 'migration'>,
  title: string,
  statements: readonly OrderedStatement[],
): Step {
  return {
    kind,
    title,
    migration: null,
    statements: statements.map(({ statement, object }) => ({
      sql: statement.sql,
      hazards: statement.hazards,
      transaction: statement.transaction,
      object,
      position: null,
    })),
  };
}

/** What no comparison of catalogs shows: rows that go, code that decides by itself what it does. */
function writtenHazards({ traits }: MigrationStatement): readonly Hazard[] {
  const code = { DoStmt: 'The DO block', CallStmt: 'The procedure' }[traits.node];
  return [
    ...traits.truncates.map((table) => hazard('truncate', table)),
    ...traits.deletesFrom.map((table) => hazard('delete-rows', table)),
    ...(code === undefined ? [] : [hazard('runs-code', code)]),
  ];
}

function transactionOf(
  { traits, batch }: MigrationStatement,
  bringsOwn: boolean,
  noTransaction: boolean,
): PlannedStatement['transaction'] {
  if (bringsOwn || traits.transaction === 'control') return 'own';
  if (batch) return 'batch';
  // In a block of its own what can be: then the journal knows for certain whether it was committed.
  if (noTransaction) return isRefusedInBlock(traits) ? 'outside' : 'apart';
  return traits.transaction;
}

/** A procedure may commit, which a transaction block of ours would refuse (2D000). */
function isRefusedInBlock({ transaction, node }: MigrationStatement['traits']): boolean {
  return transaction === 'outside' || node === 'CallStmt';
}
