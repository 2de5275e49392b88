import { fingerprint } from '../catalog/fingerprint.ts';
import { introspect } from '../catalog/introspect.ts';
import { inTransaction, type Session } from '../database/session.ts';
import { quoteIdentifier } from '../database/sql.ts';
import { diff } from '../diff/diff.ts';
import { losesData } from '../plan/hazards.ts';
import type { Plan } from '../plan/plan.ts';
import type { LiveCheck } from '../review/live-check.ts';
import type { Assessment } from './assessment.ts';

/** Looks at live again: whether it is still what was assessed, and what the plan would lose now. */
export async function checkLive(
  live: Session,
  assessment: Assessment,
  plan: Plan | null,
): Promise<LiveCheck> {
  const { registry } = assessment;
  const now = fingerprint(await introspect(live, registry), registry);
  if (now === assessment.liveFingerprint) {
    return { isMoved: false, moved: [], losses: plan ? await countLosses(live, assessment, plan) : [] };
  }
  const moved = diff(assessment.live, await assessment.readLive(), registry);
  return { isMoved: true, moved: moved.map(({ id, action }) => ({ id, action })), losses: [] };
}

/** Counting may take long on a large table; then nobody waits for it. */
const countTimeout = '3s';

async function countLosses(
  live: Session,
  { live: catalog }: Assessment,
  plan: Plan,
): Promise<LiveCheck['losses']> {
  const hazards = plan.steps.flatMap(({ statements }) => statements.flatMap((one) => one.hazards));
  const subjects = new Map(
    hazards
      .filter((hazard) => losesData(hazard) && /^(drop|truncate)/.test(hazard.code))
      .map(({ subject, code }) => [subject, code]),
  );
  const losses: LiveCheck['losses'][number][] = [];
  for (const subject of subjects.keys()) {
    const object = [...catalog.objects.values()].find(({ ref }) => {
      return ['table', 'materialized view', 'column'].includes(ref.kind) && ref.path.join('.') === subject;
    });
    if (!object) continue;
    const { kind, path } = object.ref;
    const table = path.slice(0, 2).map(quoteIdentifier).join('.');
    const counted = kind === 'column' ? quoteIdentifier(path.at(-1) ?? '') : '*';
    const count = await countRows(live, `SELECT count(${counted})::float8 AS count FROM ${table}`);
    losses.push({ subject, count, unit: kind === 'column' ? 'value' : 'row' });
  }
  return losses;
}

async function countRows(live: Session, sql: string): Promise<number | null> {
  try {
    return await inTransaction(live, 'BEGIN TRANSACTION READ ONLY', async () => {
      await live.exec(`SET LOCAL statement_timeout = '${countTimeout}'`);
      const [row] = await live.query<{ count: number }>(sql);
      return row?.count ?? null;
    });
  } catch {
    return null;
  }
}
