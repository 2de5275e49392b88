import type { ObjectId } from '../catalog/object.ts';
import type { Plan, PlannedStatement } from '../plan/plan.ts';
import { matchesSubject, parseFilter } from './filter.ts';
import { riskOf } from './risk.ts';
import type { Row, RowOptions } from './rows.ts';
import type { PlannedFile } from './screens/planned-files.ts';

/**
 * The Plan tab: an overview, the files that are written, then each transaction with its steps and their statements.
 * `subjects` tells a filter which objects a statement is about.
 */
export function planRows(
  plan: Plan,
  files: readonly PlannedFile[],
  options: RowOptions,
  subjects: (statement: PlannedStatement) => readonly ObjectId[],
): readonly Row[] {
  const terms = parseFilter(options.filter);
  const rows: Row[] = [{ type: 'overview', key: 'overview', depth: 0, label: 'Overview' }];
  for (const file of files) {
    if (matchesSubject({ text: `${file.name} ${file.text}` }, terms))
      rows.push({ type: 'file', key: `file ${file.name}`, depth: 0, label: file.name, file });
  }
  plan.segments.forEach((segment, index) => {
    const children: Row[] = [];
    const shown = segment.statements.filter((at) => {
      const { title, statements } = plan.steps[at.step] ?? {};
      const statement = statements?.[at.statement];
      if (!statement || terms.length === 0) return true;
      const { sql, hazards, effects } = statement;
      const relations = effects?.relations.map(({ relation }) => relation) ?? [];
      const ids = () => subjects(statement);
      return matchesSubject({ text: `${title} ${sql}`, risk: riskOf(hazards), ids, relations }, terms);
    });
    for (const step of new Set(shown.map((at) => at.step))) {
      const key = `step ${index} ${step}`;
      const statements = shown.filter((at) => at.step === step);
      const folded = terms.length === 0 && statements.length > longStep !== options.toggled.has(key);
      const count = statements.length;
      children.push({
        type: 'step',
        key,
        depth: 1,
        step,
        segment: index,
        count,
        foldable: count > 0,
        folded,
      });
      if (folded) continue;
      for (const { statement } of statements) {
        children.push({
          type: 'statement',
          key: `statement ${step} ${statement}`,
          depth: 2,
          step,
          statement,
        });
      }
    }
    // A step without statements still writes its history row in this segment.
    for (const step of segment.completes) {
      if (terms.length > 0 || (plan.steps[step]?.statements.length ?? 0) > 0) continue;
      const key = `step ${index} ${step}`;
      children.push({
        type: 'step',
        key,
        depth: 1,
        step,
        segment: index,
        count: 0,
        foldable: false,
        folded: false,
      });
    }
    if (children.length === 0) return;
    const { transaction } = segment;
    rows.push({
      type: 'segment',
      key: `segment ${index}`,
      depth: 0,
      segment: index,
      transaction,
      count: shown.length,
    });
    rows.push(...children);
  });
  return rows;
}

/** A step with more statements starts folded. */
const longStep = 12;
