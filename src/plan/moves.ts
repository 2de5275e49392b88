import { type Catalog, type CatalogObject, isCopy, type Registry, type Statement } from '../catalog/kind.ts';
import { formatId, type ObjectId, type ObjectRef } from '../catalog/object.ts';
import type { Change } from '../diff/change.ts';
import { compareProperties } from '../diff/diff.ts';
import { aboveOf, neededBeside, type Parts } from './beside.ts';
import { edit } from './edit.ts';
import { findPointingBack } from './pointing-back.ts';
import type { Work } from './rebuild.ts';
import type { BoundRelease } from './releases.ts';
import { unique } from './unique.ts';

/** How an object leaves wholes and takes its place in others: a table its parents, a typed table its type. */
export type Move = {
  readonly leaves: readonly Statement[];
  readonly joins: readonly Statement[];
  /** It is created apart from its wholes, and joins them then. */
  readonly created?: boolean;
};

/** What is to be done, with parts that are inherited before or after as their table's own meanwhile. */
export type Loosened = {
  readonly from: Catalog;
  readonly to: Catalog;
  readonly changes: readonly Change[];
  /** Parts that are dropped from their own table alone: those that have inherited them keep them. */
  readonly alone: ReadonlySet<ObjectId>;
  /** What could be altered and is dropped and created again all the same. */
  readonly broken: ReadonlySet<ObjectId>;
  /** Tables whose parts are their own already. */
  readonly moved: ReadonlySet<ObjectId>;
  /** What joins its wholes besides what alterations and releases say: made first, as its own. */
  readonly joining: ReadonlyMap<ObjectId, readonly Statement[]>;
  /** What is made as a table's own and taken over by what is made after it: from id to id. */
  readonly takenOver: ReadonlyMap<ObjectId, ObjectId>;
  /** Foreign keys by which rows of a whole that is made anew point at each other: they go before its tables leave it. */
  readonly pointingBack: ReadonlySet<ObjectId>;
};

/**
 * While a table is between two wholes, PostgreSQL alters nothing on it by way of either, and lets it join only what it
 * has all columns and checks of: so all that it has from them is its own meanwhile. Null: nothing is left to loosen.
 */
export function loosen(
  known: Loosened,
  work: Pick<Work, 'moves' | 'drops'>,
  registry: Registry,
): Loosened | null {
  const tables = [...work.moves.keys()].filter((table) => !known.moved.has(table));
  if (tables.length === 0) return null;
  const [from, to] = [edit(known.from), edit(known.to)];
  const pointingBack = new Set([
    ...known.pointingBack,
    ...findPointingBack(tables, work, known.from, registry),
  ]);
  const broken = new Set([...known.broken, ...pointingBack]);
  const touched = new Set<ObjectId>(pointingBack);
  const [partsBefore, partsAfter] = [partsOf(known.from), partsOf(known.to)];
  for (const table of tables) {
    const wholes = (statements: readonly Statement[], which: 'leaves' | 'joins') =>
      new Set(statements.flatMap((one) => one[which] ?? []).map(formatId));
    const left = wholes(work.moves.get(table)?.leaves ?? [], 'leaves');
    const joined = wholes(work.moves.get(table)?.joins ?? [], 'joins');
    for (const [part, was] of partsBefore.get(table) ?? []) {
      if (isAttached(was, known, left)) {
        touched.add(part);
        from.put(part, freed(was));
      }
      if (!comesFrom(was, known.from, left)) continue;
      touched.add(part);
      const kind = registry.get(was.ref.kind);
      const origin = was.inheritedFrom && formatId(was.inheritedFrom);
      const isDropped = origin !== undefined && (known.broken.has(origin) || pointingBack.has(origin));
      // What never merges goes when the table leaves; what is dropped from the whole before that has gone already.
      if (kind?.neverMerges || isDropped) from.remove(part);
      else {
        const loose = own(was, registry);
        from.put(part, loose);
        if (was.properties.lostWithWhole === true) broken.add(part);
        for (const ref of kind?.references(loose) ?? []) from.need(part, formatId(ref));
        for (const one of neededBeside(was, known.from, partsBefore.get(table))) from.need(part, one);
      }
    }
    for (const [part, is] of partsAfter.get(table) ?? []) {
      if (!comesFrom(is, known.to, joined)) continue;
      touched.add(part);
      if (staysCopy(is, registry) || joinsWhatWaits(is, known.to)) continue;
      to.put(part, own(is, registry));
      for (const one of neededBeside(is, known.to, partsAfter.get(table))) to.need(part, one);
    }
    for (const part of findMisplaced(partsBefore.get(table), partsAfter.get(table))) {
      touched.add(part);
      broken.add(part);
    }
  }
  return {
    ...known,
    from: from.catalog,
    to: to.catalog,
    changes: again(known.changes, touched, broken, from.catalog, to.catalog, registry),
    broken,
    moved: new Set([...known.moved, ...tables]),
    pointingBack,
  };
}

/**
 * What a child table keeps of what its parent loses, and what it has before its parent gets it: its own on both sides, so
 * that its rows keep their values.
 */
export function loosenChildren(
  from: Catalog,
  to: Catalog,
  changes: readonly Change[],
  broken: ReadonlySet<ObjectId>,
  registry: Registry,
): Loosened {
  const [looseFrom, looseTo] = [edit(from), edit(to)];
  const [touched, alone] = [new Set<ObjectId>(), new Set<ObjectId>()];
  const stays = (catalog: Catalog, { parent, inheritedFrom }: CatalogObject) => {
    const above = inheritedFrom && catalog.objects.get(formatId(inheritedFrom))?.parent;
    const [table, whole] = [parent, above].map((ref) => ref && formatId(ref));
    const isBelow = ({ dependencies }: Catalog) =>
      whole !== undefined && table !== undefined && dependencies.get(table)?.has(whole);
    return isBelow(from) && isBelow(to);
  };
  const isGone = (origin: ObjectRef | undefined) =>
    origin !== undefined && !to.objects.has(formatId(origin)) && from.objects.has(formatId(origin));
  for (const [id, was] of from.objects) {
    const is = to.objects.get(id);
    const origin = was.inheritedFrom && from.objects.get(formatId(was.inheritedFrom));
    if (!origin || !is || is.inheritedFrom || !isGone(was.inheritedFrom) || !stays(from, was)) continue;
    if (registry.get(was.ref.kind)?.dropAlone?.(origin)) alone.add(formatId(origin.ref));
  }
  for (const [id, was] of alone.size > 0 ? from.objects : []) {
    const origin = was.inheritedFrom && formatId(was.inheritedFrom);
    if (origin === undefined || !alone.has(origin) || !stays(from, was)) continue;
    touched.add(id);
    looseFrom.put(id, own(was, registry));
    // It can be dropped once the parent's is gone.
    looseFrom.need(origin, id);
  }
  // What is the child's own besides stays when the parent's goes, and goes then.
  for (const [id, was] of from.objects) {
    if (was.properties.ownBesides !== true || touched.has(id) || !was.inheritedFrom) continue;
    if (!isGone(was.inheritedFrom) || !stays(from, was)) continue;
    touched.add(id);
    looseFrom.put(id, own(was, registry));
    looseFrom.need(formatId(was.inheritedFrom), id);
  }
  for (const [id, was] of from.objects) {
    // What goes with its table waits for nothing.
    if (!was.parent || !to.objects.has(formatId(was.parent))) continue;
    for (const origin of aboveOf(was, from)) looseFrom.need(origin, id);
  }
  for (const [id, is] of to.objects) {
    const [was, origin] = [from.objects.get(id), is.inheritedFrom && formatId(is.inheritedFrom)];
    if (was ? was.inheritedFrom : is.properties.ownBesides !== true) continue;
    if (origin === undefined || from.objects.has(origin)) continue;
    if (joinsWhatWaits(is, to)) continue;
    if (!registry.get(is.ref.kind)?.asOwn || !stays(to, is)) continue;
    touched.add(id);
    looseTo.put(id, own(is, registry));
    looseTo.need(origin, id);
  }
  return {
    from: looseFrom.catalog,
    to: looseTo.catalog,
    changes:
      touched.size === 0
        ? changes
        : again(changes, touched, broken, looseFrom.catalog, looseTo.catalog, registry),
    alone,
    broken,
    moved: new Set(),
    joining: new Map(),
    takenOver: new Map(),
    pointingBack: new Set(),
  };
}

/** The same changes, but for those of what is seen otherwise now. */
export function again(
  changes: readonly Change[],
  touched: ReadonlySet<ObjectId>,
  broken: ReadonlySet<ObjectId>,
  from: Catalog,
  to: Catalog,
  registry: Registry,
): readonly Change[] {
  const made = [...touched].flatMap((id): readonly Change[] => {
    const [before, after] = [from.objects.get(id) ?? null, to.objects.get(id) ?? null];
    const change = { id, before, after, properties: [], within: null };
    if (!before) return after && !isCopy(after) ? [{ ...change, action: 'create' }] : [];
    if (!after) return [{ ...change, action: 'drop' }];
    const properties = compareProperties(before, after, registry);
    return properties.length > 0 || broken.has(id) ? [{ ...change, properties, action: 'alter' }] : [];
  });
  const isSeenAgain = ({ id, before }: Change) =>
    touched.has(id) || (before !== null && touched.has(formatId(before.ref)));
  return [...changes.filter((change) => !isSeenAgain(change)), ...made];
}

export function own(object: CatalogObject, registry: Registry): CatalogObject {
  const { inheritedFrom: _, givenBy: __, deviates: ___, ...rest } = object;
  return registry.get(object.ref.kind)?.asOwn?.(rest) ?? rest;
}

/** What is made when its table joins, not before. */
export function staysCopy(object: CatalogObject, registry: Registry): boolean {
  const kind = registry.get(object.ref.kind);
  return kind?.neverMerges === true || kind?.comesWithWhole?.(object) === true;
}

/** Whether its origin waits for those of partitions: then it takes none over by itself. */
function joinsWhatWaits({ inheritedFrom }: CatalogObject, { objects }: Catalog): boolean {
  return inheritedFrom !== undefined && objects.get(formatId(inheritedFrom))?.properties.valid === false;
}

/** Whether it goes with something of one of `wholes` for as long as its table is in that. */
function isAttached(
  { dropsWith }: CatalogObject,
  { from, broken }: Loosened,
  wholes: ReadonlySet<ObjectId>,
): boolean {
  const above = dropsWith && from.objects.get(formatId(dropsWith));
  if (!above?.parent || broken.has(formatId(above.ref))) return false;
  return wholes.has(formatId(above.parent));
}

function freed({ dropsWith: _, ...object }: CatalogObject): CatalogObject {
  return object;
}

/** Whether its table has it from one of `wholes`. */
function comesFrom(
  { inheritedFrom, givenBy }: CatalogObject,
  catalog: Catalog,
  wholes: ReadonlySet<ObjectId>,
): boolean {
  const source = givenBy ?? inheritedFrom;
  const origin = source && catalog.objects.get(formatId(source))?.parent;
  return origin !== undefined && wholes.has(formatId(origin));
}

function partsOf(catalog: Catalog): ReadonlyMap<ObjectId, Parts> {
  const parts = new Map<ObjectId, [ObjectId, CatalogObject][]>();
  for (const [id, object] of catalog.objects) {
    if (!object.parent || object.ref.on !== undefined) continue;
    const whole = formatId(object.parent);
    const known = parts.get(whole);
    if (known) known.push([id, object]);
    else parts.set(whole, [[id, object]]);
  }
  return parts;
}

/** What a type gives in an order that PostgreSQL holds a table to: all that stands behind something new comes again. */
function findMisplaced(before: Parts = [], after: Parts = []): readonly ObjectId[] {
  const order = (parts: Parts) =>
    parts
      .filter(([, { givenBy }]) => givenBy !== undefined)
      .toSorted(([, a], [, b]) => Number(a.properties.position) - Number(b.properties.position))
      .map(([id]) => id);
  const [was, is] = [order(before), order(after)];
  let at = -1;
  const first = is.findIndex((id) => {
    const position = was.indexOf(id);
    const isKept = position > at;
    at = Math.max(at, position);
    return !isKept;
  });
  return first === -1 ? [] : is.slice(first).filter((id) => was.includes(id));
}

/** What leaves and joins wholes, taken out of what is altered and released: it has an order of its own. */
export function takeMoves(
  alters: Map<ObjectId, readonly Statement[]>,
  releases: Map<ObjectId, BoundRelease>,
): ReadonlyMap<ObjectId, Move> {
  const moves = new Map<ObjectId, Move>();
  const take = (id: ObjectId, statements: readonly Statement[]) => {
    const [leaves, joins] = [
      statements.filter((one) => one.leaves !== undefined),
      statements.filter((one) => one.joins !== undefined),
    ];
    if (leaves.length + joins.length === 0) return statements;
    const known = moves.get(id);
    moves.set(id, {
      leaves: unique([...(known?.leaves ?? []), ...leaves]),
      joins: unique([...(known?.joins ?? []), ...joins]),
    });
    return statements.filter((one) => one.leaves === undefined && one.joins === undefined);
  };
  // What is released from what goes has nobody to be kind to.
  for (const [id, release] of releases) {
    releases.set(id, { ...release, before: take(id, release.before), after: take(id, release.after) });
  }
  for (const [id, statements] of alters) alters.set(id, take(id, statements));
  return moves;
}
