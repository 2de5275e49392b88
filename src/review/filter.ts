import { type ObjectId, parseId } from '../catalog/object.ts';
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

/** What a filter asks of a row that is no change: its text, its risk, and the objects that it speaks of. */
export type Subject = {
  readonly text: string;
  readonly risk?: Risk;
  readonly ids?: () => readonly ObjectId[];
  /** `public.orders`, of what is known by its name alone. */
  readonly relations?: readonly string[];
};

/** Whether every term holds for a row that is no change. A kind or a schema holds when one of its objects is of it. */
export function matchesSubject(subject: Subject, terms: readonly FilterTerm[]): boolean {
  const { text, risk, ids = () => [], relations = [] } = subject;
  const isSo = ({ field, value }: FilterTerm) => {
    if (field === 'text') return text.toLowerCase().includes(value);
    if (field === 'risk') return risk?.startsWith(value) ?? false;
    if (field === 'kind') return ids().some((id) => id.startsWith(value));
    const schemas = [...ids().map(schemaOf), ...relations];
    return schemas.some((schema) => schema.toLowerCase().startsWith(value));
  };
  return terms.every((term) => isSo(term) !== term.negated);
}

/** The schema that an object stands in; empty where it stands in none. */
function schemaOf(id: ObjectId): string {
  const { path } = parseId(id);
  return path.length > 1 ? (path[0] ?? '') : '';
}

function holds(item: ReviewChange, { field, value }: FilterTerm): boolean {
  if (field === 'schema') return (item.schema ?? '').toLowerCase().startsWith(value);
  if (field === 'kind') return item.change.id.startsWith(value);
  if (field === 'risk') return riskOfChange(item)?.startsWith(value) ?? false;
  // An id is kind and name.
  return item.change.id.toLowerCase().includes(value);
}
