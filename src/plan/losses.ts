import { losesData, nameHazard } from './hazards.ts';
import type { Plan } from './plan.ts';

/** The data losses of a plan, each once, by the names that accept them: `drop-column:public.orders.note`. */
export function lossesOf(plan: Pick<Plan, 'steps'>): readonly string[] {
  const hazards = plan.steps.flatMap(({ statements }) => statements.flatMap((one) => one.hazards));
  return [...new Set(hazards.filter(losesData).map(nameHazard))];
}
