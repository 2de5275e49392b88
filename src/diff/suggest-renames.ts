import type { Catalog, CatalogObject, Registry } from '../catalog/kind.ts';
import { formatId, type ObjectId, ownName } from '../catalog/object.ts';
import type { Change } from './change.ts';
import { suggestInDefinitions } from './definition-parts.ts';
import { compareText } from './diff.ts';

/** One object that is missing and one that is extra, alike enough to be one that was renamed. A person decides. */
export type RenameSuggestion = {
  /** The one that is missing, as it was called. */
  readonly from: ObjectId;
  /** The one that is extra, as it is called now. */
  readonly to: ObjectId;
  /** How alike they are, above 0.7 up to 1. */
  readonly likeness: number;
};

/**
 * Which dropped and created objects may be renames: of one kind, in one whole, which may be renamed itself (`renames`), with
 * the same definition but for the name, and for what has parts, most parts the same. Where two are equally alike, none is suggested.
 */
export function suggestRenames(
  changes: readonly Change[],
  before: Catalog,
  after: Catalog,
  registry: Registry,
  renames: ReadonlyMap<ObjectId, ObjectId> = new Map(),
): readonly RenameSuggestion[] {
  const gone = changes.flatMap(({ action, before: object, within }) =>
    action === 'drop' && object && within === null ? [object] : [],
  );
  const come = changes.flatMap(({ action, after: object, within }) =>
    action === 'create' && object && within === null ? [object] : [],
  );
  const [partsBefore, partsAfter] = [partsOf(before), partsOf(after)];
  const pairs = [
    ...gone.flatMap((from) =>
      come.flatMap((to) => {
        if (!mayBeRenamed(from, to, registry, renames)) return [];
        const likeness = compare(from, to, partsBefore, partsAfter, registry);
        return likeness > 0.7 ? [{ from: formatId(from.ref), to: formatId(to.ref), likeness }] : [];
      }),
    ),
    ...suggestInDefinitions(changes, registry, renames),
  ];
  const isBest = (pair: RenameSuggestion) =>
    !pairs.some(
      (other) =>
        other !== pair &&
        (other.from === pair.from || other.to === pair.to) &&
        other.likeness >= pair.likeness,
    );
  return pairs.filter(isBest).sort((a, b) => compareText(a.from, b.from));
}

function mayBeRenamed(
  from: CatalogObject,
  to: CatalogObject,
  registry: Registry,
  renames: ReadonlyMap<ObjectId, ObjectId>,
): boolean {
  const whole = ({ parent }: CatalogObject) => parent && formatId(parent);
  const before = whole(from);
  return (
    from.ref.kind === to.ref.kind &&
    from.ref.on === undefined &&
    // It is renamed where it comes from.
    from.givenBy === undefined &&
    from.ref.signature === to.ref.signature &&
    (before && (renames.get(before) ?? before)) === whole(to) &&
    registry.get(from.ref.kind)?.rename !== undefined
  );
}

type Parts = ReadonlyMap<ObjectId, readonly CatalogObject[]>;

/** Columns, constraints and so on by what they are parts of; what is said about it aside. */
function partsOf(catalog: Catalog): Parts {
  const parts = new Map<ObjectId, CatalogObject[]>();
  for (const object of catalog.objects.values()) {
    if (!object.parent || object.ref.on !== undefined) continue;
    const whole = formatId(object.parent);
    const known = parts.get(whole);
    if (known) known.push(object);
    else parts.set(whole, [object]);
  }
  return parts;
}

function compare(
  from: CatalogObject,
  to: CatalogObject,
  before: Parts,
  after: Parts,
  registry: Registry,
): number {
  const own = describe(from, from, registry);
  if (own !== describe(to, to, registry)) return 0;
  const had = (before.get(formatId(from.ref)) ?? []).map((part) => describe(part, from, registry));
  const has = (after.get(formatId(to.ref)) ?? []).map((part) => describe(part, to, registry));
  const all = new Set([...had, ...has]);
  if (all.size > 0) return had.filter((part) => has.includes(part)).length / all.size;
  // What has neither parts nor anything of its own to say is like any other.
  if (Object.keys(from.properties).length === 0) return 0;
  return from.properties.position === to.properties.position ? 1 : 0.9;
}

/** An object without its own name and without that of the whole that it is compared as a part of. */
function describe({ ref, properties }: CatalogObject, whole: CatalogObject, registry: Registry): string {
  const rules = registry.get(ref.kind)?.change ?? {};
  const compared = Object.entries(properties).filter(([name]) => name in rules && rules[name] !== 'derived');
  const name = new RegExp(`(?<!\\w)${ownName(whole.ref).replaceAll(/[^\w]/g, '\\$&')}(?!\\w)`, 'g');
  const values = JSON.stringify(compared, (_, value: unknown) =>
    typeof value === 'string' ? value.replace(name, '') : value,
  );
  return `${ref.kind} ${ref === whole.ref ? '' : ownName(ref)} ${values}`;
}
