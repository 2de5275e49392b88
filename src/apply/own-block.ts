import { DatabaseError } from '../database/session.ts';
import { TrueupError } from '../errors.ts';
import type { Segment, StatementIndex } from '../plan/plan.ts';
import type { ApplyEvent } from './event.ts';
import { type Before, readBefore } from './find-lost.ts';
import { actAsConnected, writeProgress } from './journal.ts';
import { note } from './progress.ts';
import { planned, type Run } from './run.ts';
import { destroys, narrows, noteNarrowed, saveFirst } from './save-first.ts';

/** The transaction that a migration with its own BEGIN and COMMIT has open. */
export type OwnBlock = {
  /** Which statement of the segment began it, by position; null: none is open. */
  openedAt: number | null;
  /** What was there before it, where the migration destroys something. */
  before: Before | null;
  /** Something else than its settings has run in it. */
  isBegun: boolean;
  /** It is ours, around a single statement. */
  isAround: boolean;
};

/** Where none is open. */
export function noBlock(): OwnBlock {
  return { openedAt: null, before: null, isBegun: false, isAround: false };
}

/** Before a statement of such a migration: what it destroys is saved, in its transaction where one is open, and journalled before COMMIT. */
export async function* prepareOwn(
  run: Run,
  segment: Segment,
  block: OwnBlock,
  position: number,
): AsyncGenerator<ApplyEvent, void> {
  const index = segment.statements[position];
  const { sql = '' } = (index && planned(run, index)) ?? {};
  if (!index) return;
  if (block.openedAt === null) {
    // Within the block a query would be in the way of SET TRANSACTION.
    if (begins(sql))
      block.before = (await destroys(run, segment)) ? await readBefore(run.input.session) : null;
    else if (await narrows(run, index)) yield* beginAround(run, block, index);
    else yield* saveFirst(run, index, [index], null, 'apart');
    return;
  }
  const first = segment.statements[block.openedAt] ?? index;
  if (!block.isBegun && !/^SET\b/i.test(sql)) {
    block.isBegun = true;
    const rest = segment.statements.slice(position);
    const end = rest.findIndex((one) => ends(planned(run, one)?.sql ?? ''));
    const own = end < 0 ? rest : rest.slice(0, end);
    block.before = (yield* saveFirst(run, first, own, block.before, 'first')) ?? block.before;
  }
  block.before = (yield* saveFirst(run, first, [index], block.before, 'within')) ?? block.before;
  if (!commitsOwnBlock(block, sql)) return;
  await noteNarrowed(run, block.before);
  await journalInBlock(run, segment, block.openedAt, position);
}

/**
 * Around a statement that stands in no transaction of its migration and narrows something: only there what it takes, and what it leaves, can
 * be seen while nobody else writes.
 */
async function* beginAround(
  run: Run,
  block: OwnBlock,
  index: StatementIndex,
): AsyncGenerator<ApplyEvent, void> {
  const { session } = run.input;
  await session.exec('BEGIN ISOLATION LEVEL READ COMMITTED');
  block.isAround = true;
  block.before = await readBefore(session);
  yield* saveFirst(run, index, [index], block.before, 'within');
}

/** Ends what is around a statement, once that has run. */
export async function endAround(
  run: Run,
  segment: Segment,
  block: OwnBlock,
  position: number,
): Promise<void> {
  if (!block.isAround) return;
  await noteNarrowed(run, block.before);
  await journalInBlock(run, segment, position, position);
  await run.input.session.exec('COMMIT');
  block.isAround = false;
  block.before = null;
}

/** Follows one statement that has run. */
export function followOwnBlock(block: OwnBlock, sql: string, position: number): void {
  if (begins(sql)) block.openedAt ??= position;
  else if (ends(sql)) {
    block.openedAt = chains(sql) ? position + 1 : null;
    block.before = null;
    block.isBegun = false;
  }
}

/** Whether a statement commits the open block, and with it what the journal says in it. */
function commitsOwnBlock(block: OwnBlock, sql: string): boolean {
  return block.openedAt !== null && /^(?:COMMIT|END)\b(?!\s+PREPARED\b)/i.test(sql);
}

/** BEGIN, or START TRANSACTION. */
export function begins(sql: string): boolean {
  return /^(?:BEGIN|START)\b/i.test(sql);
}

/** COMMIT AND CHAIN and the like: the next transaction begins where this one ends. */
export function chains(sql: string): boolean {
  return ends(sql) && /\bAND\s+CHAIN\b/i.test(sql) && !/\bAND\s+NO\s+CHAIN\b/i.test(sql);
}

function ends(sql: string): boolean {
  return /^(?:COMMIT|END|ROLLBACK|ABORT|PREPARE\s+TRANSACTION)\b(?!\s+(?:PREPARED|TO\b))/i.test(sql);
}

/** Before the COMMIT of a migration's own transaction, the journal says in it that its statements are applied. */
async function journalInBlock(run: Run, segment: Segment, openedAt: number, position: number): Promise<void> {
  const { session } = run.input;
  const [row] = await session.query<{ readOnly: boolean }>(
    `SELECT pg_catalog.current_setting('transaction_read_only')::boolean AS "readOnly"`,
  );
  if (row?.readOnly) return;
  const commit = segment.statements[position];
  if (commit) note(run.progress, commit, { outcome: 'applied' });
  await actAsConnected(session);
  await writeProgress(session, run.runId, run.progress, segment.statements.slice(openedAt, position + 1));
}

/** SAVEPOINT is refused exactly where no transaction block is open (25P01). */
export async function refuseOpenBlock(run: Run, index: StatementIndex): Promise<void> {
  const isOpen = await run.input.session.exec('SAVEPOINT trueup_probe').then(
    () => true,
    (error: unknown) => {
      if (error instanceof DatabaseError && error.code === '25P01') return false;
      if (error instanceof DatabaseError && error.code === '25P02') return true;
      throw error;
    },
  );
  if (!isOpen) return;
  const title = run.input.plan.steps[index.step]?.title ?? '';
  const position = planned(run, index)?.position;
  throw new TrueupError([
    {
      code: 'open-transaction',
      severity: 'error',
      subject: title,
      ...(position ? { position } : {}),
      summary: `${title} begins a transaction and does not commit it; it was rolled back.`,
      help: 'Add the missing COMMIT, or remove BEGIN and let Trueup bring the transaction.',
    },
  ]);
}
