import { fingerprint } from '../../catalog/fingerprint.ts';
import { introspect } from '../../catalog/introspect.ts';
import type { Session } from '../../database/session.ts';
import { diff } from '../../diff/diff.ts';
import { losesData } from '../../plan/hazards.ts';
import type { Plan } from '../../plan/plan.ts';
import type { LiveCheck } from '../../review/live-check.ts';
import type { Assessment } from '../assess/assessment.ts';
import { countContent } from '../planning/measure-losses.ts';

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
    const counted = await countContent(live, catalog, subject);
    if (counted) losses.push({ subject, ...counted });
  }
  return losses;
}
