import type { ReviewChange } from './port.ts';
import { type Risk, riskOfChange } from './risk.ts';

/** One word of a filter. All words must hold. */
export type FilterTerm = {
  readonly field: 'text' | 'kind' | 'risk' | 'schema';
  readonly value: string;
  readonly negated: boolean;
};

/** Reads `users !tmp kind:index risk:data schema:public`. Never fails: an unknown field is plain text. */
export function parseFilter(text: string): readonly FilterTerm[] {
  return text
    .trim()
    .split(/\s+/)
    .map((word): FilterTerm => {
      const negated = word.startsWith('!');
      const body = (negated ? word.slice(1) : word).toLowerCase();
      const match = /^(kind|risk|schema):(.*)$/.exec(body);
      const field = match?.[1] as 'kind' | 'risk' | 'schema' | undefined;
      return field ? { field, value: match?.[2] ?? '', negated } : { field: 'text', value: body, negated };
    })
    .filter((term) => term.value !== '');
}

/** Whether every term holds for a change. */
export function matchesFilter(item: ReviewChange, terms: readonly FilterTerm[]): boolean {
  return terms.every((term) => holds(item, term) !== term.negated);
}

/** Whether every term holds for a row that is no object: of a text, and of a statement's risk. Other fields never hold. */
export function matchesText(text: string, terms: readonly FilterTerm[], risk: Risk | null = null): boolean {
  const lower = text.toLowerCase();
  const isSo = ({ field, value }: FilterTerm) =>
    field === 'text' ? lower.includes(value) : field === 'risk' && (risk?.startsWith(value) ?? false);
  return terms.every((term) => isSo(term) !== term.negated);
}

function holds(item: ReviewChange, { field, value }: FilterTerm): boolean {
  if (field === 'schema') return (item.schema ?? '').toLowerCase().startsWith(value);
  if (field === 'kind') return item.change.id.startsWith(value);
  if (field === 'risk') return riskOfChange(item)?.startsWith(value) ?? false;
  // An id is kind and name.
  return item.change.id.toLowerCase().includes(value);
}
