import { losesData, nameHazard } from './hazards.ts';
import type { Step } from './plan.ts';

/** The data losses of a plan, each once, by the names that accept them: `drop-column:public.orders.note`. */
export function lossesOf(plan: { readonly steps: readonly Pick<Step, 'statements'>[] }): readonly string[] {
  const hazards = plan.steps.flatMap(({ statements }) => statements.flatMap((one) => one.hazards));
  return [...new Set(hazards.filter(losesData).map(nameHazard))];
}
