import type { CatalogObject, ObjectKind, Registry } from '../catalog/kind.ts';
import { formatId, type ObjectId, type ObjectRef, ownName, parseId } from '../catalog/object.ts';
import type { Change } from './change.ts';
import type { RenameSuggestion } from './suggest-renames.ts';

type DefinitionPart = ReturnType<NonNullable<ObjectKind['partsInDefinition']>>[number];

/** Parts that only the definition of what `changes` drop, create or alter has or lacks: no change of their own tells of them. */
export function definitionParts(
  changes: readonly Change[],
  registry: Registry,
): { readonly gone: readonly ObjectRef[]; readonly come: readonly ObjectRef[] } {
  const all = changes.map(({ before, after }) => {
    const [had, has] = [partsOf(before, registry), partsOf(after, registry)];
    return { gone: without(had, namesOf(has)), come: without(has, namesOf(had)) };
  });
  return {
    gone: all.flatMap(({ gone }) => gone.map(({ ref }) => ref)),
    come: all.flatMap(({ come }) => come.map(({ ref }) => ref)),
  };
}

/**
 * Which of them may be renames, those that are known (`renames`) aside: what else is said of both is the same. What nothing
 * else is said of must be in the same place, between what stays.
 */
export function suggestInDefinitions(
  changes: readonly Change[],
  registry: Registry,
  renames: ReadonlyMap<ObjectId, ObjectId>,
): readonly RenameSuggestion[] {
  const newName = ({ ref }: DefinitionPart) => ownName(parseId(renames.get(formatId(ref)) ?? formatId(ref)));
  return changes.flatMap(({ before, after }) => {
    const [had, has] = [partsOf(before, registry), partsOf(after, registry)];
    const [namesBefore, namesAfter] = [new Set(had.map(newName)), namesOf(has)];
    const gone = places(had, (part) => (namesAfter.has(newName(part)) ? newName(part) : null));
    const come = places(has, ({ ref }) => (namesBefore.has(ownName(ref)) ? ownName(ref) : null));
    return [...gone].flatMap(([from, place]) =>
      [...come].flatMap(([to, newPlace]) => {
        const isInPlace = place === newPlace;
        const isAlike = JSON.stringify(from.definition) === JSON.stringify(to.definition);
        if (!isAlike || (from.definition === null && !isInPlace)) return [];
        return [{ from: formatId(from.ref), to: formatId(to.ref), likeness: isInPlace ? 1 : 0.9 }];
      }),
    );
  });
}

function partsOf(object: CatalogObject | null, registry: Registry): readonly DefinitionPart[] {
  return (object && registry.get(object.ref.kind)?.partsInDefinition?.(object)) ?? [];
}

function namesOf(parts: readonly DefinitionPart[]): ReadonlySet<string> {
  return new Set(parts.map(({ ref }) => ownName(ref)));
}

function without(parts: readonly DefinitionPart[], names: ReadonlySet<string>): readonly DefinitionPart[] {
  return parts.filter(({ ref }) => !names.has(ownName(ref)));
}

/** Where each part that does not stay (null) stands: behind which one that does, and how far. */
function places(
  parts: readonly DefinitionPart[],
  staysAs: (part: DefinitionPart) => string | null,
): ReadonlyMap<DefinitionPart, string> {
  const found = new Map<DefinitionPart, string>();
  let [last, behind]: [string | null, number] = [null, 0];
  for (const part of parts) {
    const name = staysAs(part);
    [last, behind] = name === null ? [last, behind + 1] : [name, 0];
    if (name === null) found.set(part, JSON.stringify([last, behind]));
  }
  return found;
}
