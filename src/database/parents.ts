import { type Statement, statement } from '../catalog/kind.ts';
import type { ObjectRef } from '../catalog/object.ts';
import { quoteName } from './sql.ts';

/** A table that others have columns from, by INHERITS or as their partitioned table. */
export type TableRef = { readonly kind: 'table' | 'foreign table'; readonly path: readonly string[] };

/** A place among the partitions of a table, its bounds as PostgreSQL prints them. */
export type PartitionOf = { readonly parent: TableRef; readonly bound: string };

/** ALTER TABLE takes foreign tables too. */
export function detach(path: readonly string[], parent: TableRef): Statement {
  return statement(`ALTER TABLE ${quoteName(parent.path)} DETACH PARTITION ${quoteName(path)}`, {
    leaves: parent,
  });
}

/** ATTACH PARTITION. */
export function attach(path: readonly string[], { parent, bound }: PartitionOf): Statement {
  return statement(`ALTER TABLE ${quoteName(parent.path)} ATTACH PARTITION ${quoteName(path)} ${bound}`, {
    joins: parent,
  });
}

/** NO INHERIT. */
export function leaveParent(path: readonly string[], parent: TableRef): Statement {
  return statement(`ALTER TABLE ${quoteName(path)} NO INHERIT ${quoteName(parent.path)}`, { leaves: parent });
}

/** INHERIT. */
export function joinParent(path: readonly string[], parent: TableRef): Statement {
  return statement(`ALTER TABLE ${quoteName(path)} INHERIT ${quoteName(parent.path)}`, { joins: parent });
}

/** From some parents to others. A new one comes last, so all behind the first that differs leave first. */
export function changeParents(
  path: readonly string[],
  before: readonly TableRef[],
  after: readonly TableRef[],
): readonly Statement[] {
  const key = (ref: TableRef) => JSON.stringify(ref.path);
  const stays = before.filter((ref) => after.some((other) => key(other) === key(ref)));
  const differs = after.findIndex(
    (ref, position) => stays[position] === undefined || key(ref) !== key(stays[position]),
  );
  const inPlace = new Set((differs === -1 ? after : after.slice(0, differs)).map(key));
  return [
    ...before.filter((ref) => !inPlace.has(key(ref))).map((parent) => leaveParent(path, parent)),
    ...after.filter((ref) => !inPlace.has(key(ref))).map((parent) => joinParent(path, parent)),
  ];
}

/** Attaches a partition's index, or that of its constraint, to the one of the partitioned table. Both have their constraint's name. */
export function attachIndex(own: ObjectRef, origin: ObjectRef): Statement {
  const index = ({ path }: ObjectRef) => quoteName([path[0] ?? '', path.at(-1) ?? '']);
  return statement(`ALTER INDEX ${index(origin)} ATTACH PARTITION ${index(own)}`, { joins: origin });
}
