import type { Session } from '../database/session.ts';
import type { Change } from '../diff/change.ts';
import { diff, isEqual } from '../diff/diff.ts';
import { introspectHere } from './introspect.ts';
import type { Catalog, CatalogObject, Registry, Statement } from './kind.ts';
import type { ObjectId } from './object.ts';

/** Makes the statements that take one catalog to another: `plan/order`, handed in so that `catalog` stays below `plan`. */
export type Generate = (
  from: Catalog,
  to: Catalog,
  changes: readonly Change[],
) => readonly { readonly statement: Statement; readonly object: ObjectId | null }[];

/** What one engine makes of another's texts. */
export type Canonical = {
  /** `live` with printed properties as the engine prints them. */
  readonly catalog: Catalog;
  /** Objects whose texts differ and that the engine could not hold: whether they really differ is not known. */
  readonly uncertain: readonly ObjectId[];
};

/**
 * Majors print the same expression differently, so texts of two majors are compared as one engine prints
 * both: live's differing objects are made on the engine, which holds `reference`, read back and rolled back.
 * Returns `live` unchanged when the majors are the same.
 */
export async function canonicalize(
  live: Catalog,
  reference: Catalog,
  engine: Session,
  registry: Registry,
  generate: Generate,
): Promise<Canonical> {
  if (major(live.serverVersion) === major(reference.serverVersion)) return { catalog: live, uncertain: [] };
  const candidates = diff(reference, live, registry).filter((change) => isPrintedOnly(change, registry));
  if (candidates.length === 0) return { catalog: live, uncertain: [] };

  const objects = new Map(reference.objects);
  for (const { id, after } of candidates) if (after) objects.set(id, after);
  const printed = await print(engine, registry, generate(reference, { ...reference, objects }, candidates));

  const canonical = new Map(live.objects);
  const uncertain: ObjectId[] = [];
  for (const { id, after } of candidates) {
    const reprinted = printed.catalog.objects.get(id);
    if (after && reprinted && !printed.failed.has(id))
      canonical.set(id, takePrinted(after, reprinted, registry));
    else uncertain.push(id);
  }
  return { catalog: { ...live, objects: canonical }, uncertain };
}

/** The server's major version. */
export function major(serverVersion: number): number {
  return Math.floor(serverVersion / 10_000);
}

/** Runs the statements, reads the catalog, undoes everything. A statement that fails is skipped and its object named. */
async function print(
  engine: Session,
  registry: Registry,
  statements: readonly { readonly statement: Statement; readonly object: ObjectId | null }[],
): Promise<{ catalog: Catalog; failed: ReadonlySet<ObjectId> }> {
  const failed = new Set<ObjectId>();
  await engine.exec('BEGIN');
  try {
    for (const { statement, object } of statements) {
      await engine.exec('SAVEPOINT printed');
      try {
        await engine.exec(statement.sql);
        await engine.exec('RELEASE SAVEPOINT printed');
      } catch {
        if (object !== null) failed.add(object);
        await engine.exec('ROLLBACK TO SAVEPOINT printed');
      }
    }
    return { catalog: await introspectHere(engine, registry), failed };
  } finally {
    await engine.exec('ROLLBACK');
  }
}

/** Whether only texts differ that PostgreSQL prints. */
function isPrintedOnly(change: Change, registry: Registry): boolean {
  const printed = registry.get((change.after ?? change.before)?.ref.kind ?? '')?.printed ?? [];
  return change.action === 'alter' && change.properties.some(({ name }) => printed.includes(name));
}

function takePrinted(live: CatalogObject, reprinted: CatalogObject, registry: Registry): CatalogObject {
  const printed = registry.get(live.ref.kind)?.printed ?? [];
  const properties = { ...live.properties };
  for (const name of printed) {
    const value = reprinted.properties[name];
    if (value !== undefined && !isEqual(value, properties[name] ?? null)) properties[name] = value;
  }
  return { ...live, properties };
}
