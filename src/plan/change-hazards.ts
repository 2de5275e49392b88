import type { Catalog, Registry } from '../catalog/kind.ts';
import { formatId, type ObjectId } from '../catalog/object.ts';
import type { Change } from '../diff/change.ts';
import { type Hazard, knownAs, losesData } from './hazards.ts';
import type { OrderedStatement } from './order.ts';

/**
 * What the changes endanger by themselves stands at the first statement for their object; where that may fail because of
 * rows, at the first that looks at them.
 */
export function attachHazards(
  statements: readonly OrderedStatement[],
  changes: readonly Change[],
  /** The same changes after the renames. */
  remaining: readonly Change[],
  to: Catalog,
  registry: Registry,
  /** What has stepped aside by the name it has then, and live's name of it: `public.users`. */
  asides: ReadonlyMap<string, string>,
): readonly OrderedStatement[] {
  const hazards = new Map<ObjectId, readonly Hazard[]>();
  /** What is lost under another name than live's. */
  const names = new Map<string, string>();
  const created = new Set(changes.filter(({ action }) => action === 'create').map(({ id }) => id));
  changes.forEach((change, position) => {
    const now = remaining[position] ?? change;
    // As it was, among names as they are now: what speaks of a renamed table has not changed.
    const before = change.before && now.before && { ...now.before, ref: change.before.ref };
    const [was, is] = [change.before, now.before].map((object) => object?.ref.path.join('.'));
    if (was !== undefined && is !== undefined && was !== is) names.set(is, was);
    const kind = registry.get((change.after ?? change.before)?.ref.kind ?? '')?.hazards;
    // What comes or goes with its whole endangers nothing that this one does not.
    const found =
      change.within === null
        ? (kind?.(before, change.after) ?? []).filter(
            ({ danger }) => danger !== 'may fail' || !isOnNewPart(change, created, to),
          )
        : [];
    if (found.length > 0) hazards.set(now.id, found);
  });
  const checked = new Set(statements.flatMap((one) => (one.statement.checksRows ? one.object : null) ?? []));
  const named = (hazard: Hazard): Hazard => {
    if (!losesData(hazard)) return hazard;
    const [known, was] = [asides.get(hazard.subject), names.get(hazard.subject)];
    if (known !== undefined) return knownAs(hazard, known);
    return was === undefined ? hazard : { ...hazard, was };
  };
  return statements.map((given) => {
    const own = given.statement.hazards.map(named);
    const one = { ...given, statement: { ...given.statement, hazards: own } };
    const left = one.object === null ? undefined : hazards.get(one.object);
    if (!left || one.object === null) return one;
    const waits = checked.has(one.object) && !one.statement.checksRows;
    const found = waits ? left.filter(({ danger }) => danger !== 'may fail') : left;
    hazards.set(
      one.object,
      left.filter((hazard) => !found.includes(hazard)),
    );
    return { ...one, statement: { ...one.statement, hazards: [...own, ...found.map(named)] } };
  });
}

/** Whether it is about a part of its whole that is new itself, and so holds nothing of before. */
function isOnNewPart({ id, after }: Change, created: ReadonlySet<ObjectId>, to: Catalog): boolean {
  const whole = after?.parent && formatId(after.parent);
  return [...(to.dependencies.get(id) ?? [])].some((needed) => {
    const parent = to.objects.get(needed)?.parent;
    return created.has(needed) && parent !== undefined && formatId(parent) === whole;
  });
}
