import type { RowType } from '../database/row-conversion.ts';
import { narrows } from '../database/type-conversion.ts';
import { type Danger, type HazardCode, hazardTable } from './hazard-table.ts';

/** A named danger of a statement, with its consequence in plain words. */
export type Hazard = {
  /** Stable, kebab-case. */
  readonly code: HazardCode;
  readonly danger: Danger;
  readonly severity: 'danger' | 'caution';
  /** The name of the object that is endangered: `public.users.email`. */
  readonly subject: string;
  /** What the table or column that loses something was called before the migrations; absent: the same. */
  readonly was?: string;
  /** What it is called when the statement runs, since something else has its name by then; absent: the same. */
  readonly aside?: string;
  /** What happens, in plain words: `All rows of public.users are lost.` */
  readonly consequence: string;
  readonly saferWay: string;
  /** The safer way written out, statements of several migrations with comments. */
  readonly instead?: string;
  /** Finds on live what would be hit. */
  readonly query?: string;
  /** A value that no column can hold any more, and one that may: `public.users.mood`. */
  readonly takes?: { readonly value: string; readonly column: string };
  /** How much of live it hits, where that was counted. */
  readonly extent?: Extent;
};

/** `unit` in the singular: a row, a value that is not null, a part. */
export type Extent = { readonly count: number; readonly unit: string };

/** The names in braces of a consequence, `subject` aside. */
type Places<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Exclude<Name, 'subject'> | Places<Rest>
  : never;
type PlacesOf<Code extends HazardCode> = Places<(typeof hazardTable)[Code]['consequence']>;

/** A hazard of the table about `subject`. `values` fill its consequence's other places. */
export function hazard<Code extends HazardCode>(
  code: Code,
  subject: string,
  ...[values, query]: [PlacesOf<Code>] extends [never]
    ? [values?: Record<never, string>, query?: string]
    : [values: Readonly<Record<PlacesOf<Code>, string>>, query?: string]
): Hazard {
  const { danger, severity, consequence, saferWay } = hazardTable[code];
  const all: Readonly<Record<string, string>> = { subject, ...values };
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (place, name: string) => all[name] ?? place);
  return {
    code,
    danger,
    severity,
    subject,
    consequence: fill(consequence),
    saferWay,
    ...(query === undefined ? {} : { query }),
  };
}

/** Finds the rows that are alike in `keys` (SQL expressions), for the hazard `duplicates`. NULL is like nothing. */
export function duplicatesQuery(
  table: string,
  keys: readonly string[],
  predicate: string | null = null,
): string {
  const conditions = [...keys.map((key) => `${key} IS NOT NULL`), ...(predicate === null ? [] : [predicate])];
  return `SELECT ${keys.join(', ')}, count(*) FROM ${table} WHERE ${conditions.join(' AND ')} GROUP BY ${keys.join(', ')} HAVING count(*) > 1`;
}

/** Hazards of what applications call by its name, when it is renamed or dropped. `before` and `after` as in a change. */
export function nameHazards(before: Named | null, after: Named | null): readonly Hazard[] {
  const [was, is] = [before && subjectOf(before), after && subjectOf(after)];
  if (was === null) return [];
  if (is === null) return [hazard('dropped', was)];
  return was === is ? [] : [hazard('renamed', is, { before: was })];
}

/** Hazards for columns whose values are rows, which lose parts or get narrower ones: the parts of `after` by their names. */
export function partHazards(before: RowType, after: RowType): readonly Hazard[] {
  return before.parts.flatMap(({ name, type: from }) => {
    const subject = [...after.path, name].join('.');
    const to = after.parts.find((part) => part.name === name)?.type;
    if (to === undefined) return [hazard('drop-attribute', subject)];
    return from !== to && narrows(from, to) ? [hazard('narrow-attribute', subject, { from, to })] : [];
  });
}

/** Hazards of what roles are granted on `subject` and did not have. An owner may give itself anything at any time. */
export function grantHazards(
  subject: string,
  orders: readonly {
    readonly verb: string;
    readonly privileges: readonly string[];
    readonly to: string | null;
    readonly withGrantOption: boolean;
  }[],
): readonly Hazard[] {
  return orders.flatMap(({ verb, privileges, to, withGrantOption }) => {
    if (verb !== 'GRANT' || to === null) return [];
    const grantee = to === 'public' ? 'Everybody (PUBLIC)' : to;
    const list = `${privileges.join(', ')}${withGrantOption ? ' WITH GRANT OPTION' : ''}`;
    return [hazard('grant-widened', subject, { grantee, privileges: list })];
  });
}

type Named = { readonly ref: { readonly path: readonly string[]; readonly signature?: string } };

/** What a hazard calls an object. */
export function subjectOf({ ref }: Named): string {
  return ref.signature === undefined ? ref.path.join('.') : `${ref.path.join('.')}(${ref.signature})`;
}

/** Whether it destroys something that cannot come back without a backup. */
export function losesData({ danger }: Pick<Hazard, 'danger'>): boolean {
  return danger === 'data loss';
}

/**
 * What `--accept` takes besides: a plan without proof, more to save than the limit, what a rollback that was cut short has left.
 */
export const acceptedWords: readonly string[] = ['unproven', 'large-backup', 'half-undone'];

/** What `--accept` takes to accept a data loss: `drop-column:public.orders.note`. */
export function nameHazard({ code, subject }: Pick<Hazard, 'code' | 'subject'>): string {
  return `${code}:${subject}`;
}

/** The same hazard about what has stepped aside, by the name that people know: live's. */
export function knownAs(hazard: Hazard, subject: string): Hazard {
  const consequence = hazard.consequence.replaceAll(hazard.subject, () => subject);
  return { ...hazard, subject, aside: hazard.subject, consequence };
}
