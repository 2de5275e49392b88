import { applyPlan } from '../src/apply/apply.ts';
import { openServer } from '../src/database/server.ts';
import type { Session } from '../src/database/session.ts';
import { inputFor, planFor, written } from '../test/apply/support.ts';
import { startPostgres } from '../test/support/postgres.ts';
import { type Row, timeMs } from './measure.ts';

const update = 'UPDATE items SET total = price * amount WHERE total IS NULL';

/**
 * An UPDATE of all rows of a table in batches, against the same statement as a whole on a copy of the table. The
 * second row is the longest batch, for which its locks are held, against the whole.
 */
export async function measureBatch(rows = 2_000_000): Promise<readonly Row[]> {
  await using server = await startPostgres(18, {}, 'disk');
  await using session = await openServer(server.url);
  await fill(session, rows);
  const wholeMs = await timeMs(() => session.exec(update).then(() => undefined));
  await fill(session, rows);
  const plan = await planFor(session, [await written('1', `-- trueup: batch\n${update}`)]);
  let longestMs = 0;
  let batches = 0;
  const batchedMs = await timeMs(async () => {
    for await (const event of applyPlan(inputFor(session, plan))) {
      if (event.type === 'batch committed') {
        longestMs = Math.max(longestMs, event.durationMs);
        batches += 1;
      }
      if (event.type === 'run finished' && event.report.error) throw new Error(event.report.error.summary);
    }
  });
  const other = { name: 'one UPDATE', timeMs: wholeMs };
  const subject = `UPDATE of ${rows} rows in ${batches} batches`;
  return [
    { subject, timeMs: batchedMs, other, goal: { maxRatio: 2 } },
    { subject: `${subject}: the longest`, timeMs: longestMs, other, goal: null },
  ];
}

async function fill(session: Session, rows: number): Promise<void> {
  await session.exec('DROP TABLE IF EXISTS items');
  await session.exec('CREATE TABLE items (id bigint PRIMARY KEY, price int, amount int, total int)');
  await session.exec(`INSERT INTO items SELECT g, g % 1000, g % 7 FROM generate_series(1, ${rows}) g`);
  await session.exec('VACUUM ANALYZE items');
  await session.exec('CHECKPOINT');
}
