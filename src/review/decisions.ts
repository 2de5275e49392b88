import type { ObjectId } from '../catalog/object.ts';
import type { Decision, Plan } from '../plan/plan.ts';
import type { ReviewChange, ReviewData } from './port.ts';

/** What was decided so far. An object that is not in it is undecided, and a plan leaves it as it is. */
export type Decisions = ReadonlyMap<ObjectId, Decision>;

/** The decisions in the order Space goes through them, with what each does. */
export const decisionList: readonly {
  readonly decision: Decision;
  readonly key: string;
  readonly meaning: string;
}[] = [
  { decision: 'revert', key: 'r', meaning: 'make live conform to the migrations' },
  { decision: 'adopt', key: 'a', meaning: 'write it down as the next migration' },
  { decision: 'ignore', key: 'i', meaning: 'add a rule to .trueupignore' },
  { decision: 'leave', key: 'l', meaning: 'leave it as it is, this time' },
];

/** Drifted objects that are decided on their own: not those created or dropped together with another. */
export function decidable(data: ReviewData): readonly ReviewChange[] {
  const ids = new Set(data.drift.map((item) => item.change.id));
  return data.drift.filter((item) => item.change.within === null || !ids.has(item.change.within));
}

/** Drifted objects of a plan with a decision, counted as the list counts them: without those that go along. */
export function countDecisions(plan: Plan, wanted: Decision): number {
  const ids = new Set(plan.drift.map(({ change }) => change.id));
  return plan.drift.filter(({ change, decision }) => {
    return decision === wanted && (change.within === null || !ids.has(change.within));
  }).length;
}

/** Why a decision cannot be taken for a change; null when it can. */
export function reasonAgainst(item: ReviewChange, decision: Decision): string | null {
  return item.impossible[decision] ?? null;
}

/** Whether nothing but leaving it is possible. */
export function isBlocked(item: ReviewChange): boolean {
  return decisionList.every(({ decision }) => decision === 'leave' || reasonAgainst(item, decision) !== null);
}

/** The possible decision after the current one; the current one when there is no other. */
export function nextDecision(item: ReviewChange, current: Decision | undefined): Decision | undefined {
  const start = decisionList.findIndex(({ decision }) => decision === current);
  for (let step = 1; step <= decisionList.length; step++) {
    const candidate = decisionList[(start + step) % decisionList.length]?.decision;
    if (candidate && reasonAgainst(item, candidate) === null) return candidate;
  }
  return current;
}

/** The decisions for the plan: objects that go together with a decided one get its decision too. */
export function expandDecisions(data: ReviewData, decisions: Decisions): Decisions {
  const within = new Map(data.drift.map((item) => [item.change.id, item.change.within]));
  const expanded = new Map<ObjectId, Decision>();
  for (const id of within.keys()) {
    let owner: ObjectId = id;
    // A chain of parts ends at an object that stands alone; the bound guards against a circle in the input.
    for (let depth = 0; depth < 32; depth++) {
      const next = within.get(owner);
      if (!next || !within.has(next)) break;
      owner = next;
    }
    const decision = decisions.get(owner);
    if (decision) expanded.set(id, decision);
  }
  return expanded;
}

/** The decisions that still speak of drifted objects and are still possible, after live was looked at again. */
export function keepDecisions(data: ReviewData, decisions: Decisions): Decisions {
  const kept = new Map<ObjectId, Decision>();
  for (const item of decidable(data)) {
    const decision = decisions.get(item.change.id);
    if (decision && reasonAgainst(item, decision) === null) kept.set(item.change.id, decision);
  }
  return kept;
}
