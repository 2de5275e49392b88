import type { Hazard } from '../plan/hazards.ts';
import type { Plan } from '../plan/plan.ts';
import type { ReviewChange } from './port.ts';
import type { Role } from './screens/line.ts';

/** The worst that a set of hazards can do, as the filter `risk:` knows it. */
export type Risk = 'data' | 'rewrite' | 'lock' | 'care' | 'safe';

const words: Readonly<Record<Risk, { readonly word: string; readonly role: Role }>> = {
  data: { word: 'DATA', role: 'danger' },
  rewrite: { word: 'REWRITE', role: 'caution' },
  lock: { word: 'LOCK', role: 'caution' },
  care: { word: 'CARE', role: 'caution' },
  safe: { word: 'safe', role: 'good' },
};

/** The worst of them; `safe` when there is none. */
export function riskOf(hazards: readonly Hazard[]): Risk {
  const dangers = new Set(hazards.map((hazard) => hazard.danger));
  if (dangers.has('data loss')) return 'data';
  if (dangers.has('rewrite')) return 'rewrite';
  if (dangers.has('lock')) return 'lock';
  return dangers.size > 0 ? 'care' : 'safe';
}

/** The risk of reverting a drifted object; null when it is not known here: the plan knows what pending migrations do. */
export function riskOfChange(item: ReviewChange): Risk | null {
  return item.statements.length === 0 && item.hazards.length === 0 ? null : riskOf(item.hazards);
}

/** The word shown for a risk: different words, so that colour is not needed. */
export function riskWord(risk: Risk): { readonly word: string; readonly role: Role } {
  return words[risk];
}

/** All hazards of a plan's statements, in order. */
export function planHazards(plan: Plan): readonly Hazard[] {
  return plan.steps.flatMap((step) => step.statements.flatMap((statement) => statement.hazards));
}

/** How many statements of a plan carry each risk. */
export function countRisks(plan: Plan): Readonly<Record<Risk, number>> {
  const counts: Record<Risk, number> = { data: 0, rewrite: 0, lock: 0, care: 0, safe: 0 };
  for (const step of plan.steps) for (const statement of step.statements) counts[riskOf(statement.hazards)]++;
  return counts;
}
