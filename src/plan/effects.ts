import { type Hazard, hazard } from './hazards.ts';
import type { Effects, LockMode, PlannedStatement, RelationEffect, RelationSize, Step } from './plan.ts';

/** Who waits for a lock of this mode. Source: PostgreSQL manual, "Explicit Locking", conflicts with AccessShare and RowExclusive. */
function blockedBy(lock: LockMode | null): 'reads and writes' | 'writes' | null {
  if (lock === 'AccessExclusiveLock') return 'reads and writes';
  return lock === 'ExclusiveLock' || lock === 'ShareRowExclusiveLock' || lock === 'ShareLock'
    ? 'writes'
    : null;
}

/** Relations that the effects of steps speak of. */
export function touchedRelations(steps: readonly Step[]): readonly string[] {
  const effects = steps.flatMap(({ statements }) =>
    statements.flatMap((one) => one.effects?.relations ?? []),
  );
  return [...new Set(effects.map(({ relation }) => relation))].sort();
}

/**
 * Steps with the sizes of the relations they touch, and the hazards that follow. What was observed takes the
 * place of what was only predicted. A table below `largeBytes` is no reason to wait for a quiet hour.
 */
export function weighEffects(
  steps: readonly Step[],
  sizes: ReadonlyMap<string, RelationSize>,
  largeBytes: number,
): readonly Step[] {
  return steps.map((step) => ({
    ...step,
    statements: step.statements.map((statement) => {
      if (!statement.effects) return statement;
      const relations = statement.effects.relations.map((one) => ({
        ...one,
        size: sizes.get(one.relation) ?? null,
      }));
      const effects: Effects = { ...statement.effects, relations };
      return { ...statement, effects, hazards: hazardsOf({ ...statement, effects }, effects, largeBytes) };
    }),
  }));
}

const predicted: ReadonlySet<Hazard['code']> = new Set(['rewrite', 'full-scan', 'index-build']);
const byName: ReadonlySet<Hazard['code']> = new Set(['truncate', 'delete-rows']);

function hazardsOf({ hazards }: PlannedStatement, effects: Effects, largeBytes: number): readonly Hazard[] {
  return [
    ...hazards
      .filter(({ code }) => !predicted.has(code))
      .flatMap((one) => (byName.has(one.code) ? resolveName(one, effects) : [one])),
    ...writeOut(
      effects.relations.flatMap((one) => relationHazards(one, largeBytes)),
      hazards,
    ),
  ];
}

/** What was predicted of a rewrite knows which column it is for; the rewrite that was seen, perhaps of its partitions, does not. */
function writeOut(seen: readonly Hazard[], foretold: readonly Hazard[]): readonly Hazard[] {
  const ways = foretold.flatMap(({ code, instead }) => (code === 'rewrite' && instead ? [instead] : []));
  const first = seen.find(({ code }) => code === 'rewrite');
  return ways.length === 0
    ? seen
    : seen.map((one) => (one === first ? { ...one, instead: ways.join('\n\n') } : one));
}

function relationHazards(effect: RelationEffect, largeBytes: number): readonly Hazard[] {
  const { relation, lock, size } = effect;
  const waiting = blockedBy(lock);
  const isLarge = size === null || size.bytes >= largeBytes;
  if (effect.rewrites) return [hazard('rewrite', relation, { table: relation })];
  if (!isLarge) return [];
  const place = { size: describeSize(size) };
  return [
    ...(waiting === null || lock === null
      ? []
      : [hazard(waiting === 'writes' ? 'blocks-writes' : 'blocks-reads', relation, { lock, ...place })]),
    ...(effect.buildsIndex ? [hazard('index-build', relation, place)] : []),
    ...(effect.scans && !effect.buildsIndex && waiting ? [hazard('full-scan', relation, { waiting })] : []),
  ];
}

/** The table as written becomes the relation that was touched; none, when the plan itself made the table. */
function resolveName(one: Hazard, { source, relations }: Effects): readonly Hazard[] {
  if (source !== 'observed') return [one];
  return relations
    .filter(
      ({ relation, lock }) =>
        lock !== null && (relation === one.subject || relation.endsWith(`.${one.subject}`)),
    )
    .map(({ relation }) => hazard(one.code as 'truncate' | 'delete-rows', relation));
}

/** What a statement does to relations that others use: `AccessExclusiveLock on public.orders, rewrites 48 GB (212 M rows)`. */
export function describeEffects(effects: Effects | undefined): readonly string[] {
  return (effects?.relations ?? []).flatMap((one) => {
    const { relation, lock, size } = one;
    const waiting = blockedBy(lock);
    const does = [
      one.rewrites && 'rewrites',
      one.buildsIndex && 'builds an index over',
      one.scans && !one.rewrites && !one.buildsIndex && 'reads all of',
    ].find((verb) => verb !== false);
    if (waiting === null && does === undefined) return [];
    const place = lock === null ? relation : `${lock} on ${relation}`;
    const big = does !== undefined && size === null ? 'a table of unknown size' : describeSize(size);
    const work = does === undefined ? `, ${big}` : `, ${does} ${big}`;
    const wait = waiting === null ? '' : `: ${waiting} wait`;
    return [
      `${place}${work}${wait}${effects?.source === 'manual' ? ' (from the manual, not observed)' : ''}`,
    ];
  });
}

/** `48 GB (212 M rows)`; `of unknown size`. */
function describeSize(size: RelationSize | null): string {
  if (size === null) return 'of unknown size';
  const rows = size.rows === null ? '' : ` (${scale(size.rows, 1000, ['', ' k', ' M', ' G'])} rows)`;
  return `${scale(size.bytes, 1024, [' bytes', ' kB', ' MB', ' GB', ' TB'])}${rows}`;
}

function scale(amount: number, step: number, units: readonly string[]): string {
  let [value, unit] = [amount, 0];
  while (value >= step && unit < units.length - 1) {
    value /= step;
    unit += 1;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1).replace(/\.0$/, '') : Math.round(value)}${units[unit] ?? ''}`;
}
