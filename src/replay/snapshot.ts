import { createHash } from 'node:crypto';
import type { Catalog, CatalogObject, Properties } from '../catalog/kind.ts';
import { formatId, type ObjectId, parseId } from '../catalog/object.ts';
import { compareText } from '../diff/diff.ts';
import { type Diagnostic, TrueupError } from '../errors.ts';
import { formatVersion, snapshotSchema } from './snapshot-schema.ts';
import type { StandIn } from './stand-ins.ts';

/** A catalog that migrations made, with all that the replay which made it depended on. */
export type Snapshot = {
  readonly toolVersion: string;
  /** What the migrations were replayed on: `PGlite 0.5.14`. */
  readonly engine: string;
  /** The highest among the migrations; null when there is none. */
  readonly version: string | null;
  /** The checksum chain, in the order in which they ran. */
  readonly migrations: readonly { readonly script: string; readonly checksum: string }[];
  /** Extensions that the configuration says to do without. */
  readonly standInExtensions: readonly string[];
  /** What the replay made up or left out. */
  readonly standIns: readonly StandIn[];
  /** Its addresses mean nothing: identities are of one database, and a file is none. */
  readonly catalog: Catalog;
};

/** An object as a block of the file. Identities are ids. */
type Block = {
  readonly id: ObjectId;
  readonly parent?: ObjectId;
  readonly dropsWith?: ObjectId;
  readonly movesWith?: ObjectId;
  readonly inheritedFrom?: ObjectId;
  readonly givenBy?: ObjectId;
  readonly deviates?: boolean;
  readonly nameIsChosen?: boolean;
  readonly unseen?: NonNullable<CatalogObject['unseen']>;
  readonly properties: Properties;
  readonly needs?: readonly ObjectId[];
};

type Content = Omit<Snapshot, 'catalog'> &
  Pick<Catalog, 'serverVersion' | 'notCompared'> & {
    readonly formatVersion: typeof formatVersion;
    readonly objects: readonly Block[];
  };

/** A snapshot as a file: one JSON document, objects by name, so that two of them can be compared line by line. */
export function writeSnapshot(snapshot: Snapshot): string {
  const { catalog, ...made } = snapshot;
  const content: Content = {
    formatVersion,
    toolVersion: made.toolVersion,
    engine: made.engine,
    serverVersion: catalog.serverVersion,
    version: made.version,
    migrations: made.migrations.map(({ script, checksum }) => ({ script, checksum })),
    standInExtensions: [...made.standInExtensions].sort(compareText),
    standIns: made.standIns.map(({ kind, name, file }) => ({ kind, name, file })),
    notCompared: catalog.notCompared.map(({ kind, name, because }) => ({
      kind,
      name,
      ...(because === undefined ? {} : { because }),
    })),
    objects: [...catalog.objects].sort(byName).map(([id, object]) => toBlock(id, object, catalog)),
  };
  const { formatVersion: version, ...rest } = content;
  return `${JSON.stringify({ formatVersion: version, digest: digestOf(content), ...rest }, null, 2)}\n`;
}

/**
 * Reads what `writeSnapshot` wrote. `file` is for messages. Throws `TrueupError` for a file that is not whole, of
 * another format version, or changed since it was written.
 */
export function readSnapshot(text: string, file: string): Snapshot {
  const raw = parseJson(text, file);
  const found = typeof raw === 'object' && raw !== null && 'formatVersion' in raw ? raw.formatVersion : null;
  if (typeof found === 'number' && found !== formatVersion) {
    const summary = `This snapshot has the format version ${found}; this version of Trueup reads ${formatVersion}.`;
    throw refused(file, 'snapshot-format', summary);
  }
  const checked = snapshotSchema.safeParse(raw);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw refused(
      file,
      'snapshot-format',
      'This is not a snapshot.',
      `${issue?.path.join('.') || 'document'}: ${issue?.message ?? 'not a snapshot'}`,
    );
  }
  // As it was parsed, for the order of keys counts.
  const { digest, ...content } = raw as Content & { readonly digest: string };
  if (digest !== digestOf(content)) {
    throw refused(
      file,
      'snapshot-digest',
      'This snapshot was changed after it was written.',
      `Its digest is ${digest.slice(0, 12)}…; its content has ${digestOf(content).slice(0, 12)}….`,
    );
  }
  const { toolVersion, engine, version, migrations, standInExtensions, standIns } = content;
  const catalog = toCatalog(content);
  return { toolVersion, engine, version, migrations, standInExtensions, standIns, catalog };
}

/** Ids of the objects that are not the same in both, dependencies included. What is not compared counts by its kind. */
export function compareSnapshots(a: Snapshot, b: Snapshot): readonly string[] {
  const blocksOf = ({ catalog }: Snapshot) =>
    new Map([
      ...[...catalog.objects].map(
        ([id, object]) => [id, JSON.stringify(toBlock(id, object, catalog))] as const,
      ),
      ...catalog.notCompared.map(({ kind, name }) => [`${kind}:${name}`, 'not compared'] as const),
    ]);
  const [before, after] = [blocksOf(a), blocksOf(b)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((id) => before.get(id) !== after.get(id))
    .sort(compareText);
}

function toBlock(id: ObjectId, object: CatalogObject, { dependencies }: Catalog): Block {
  if (formatId(parseId(id)) !== id) throw new Error(`The id ${id} cannot be read back.`);
  const { ref: _, address: __, parent, dropsWith, movesWith, inheritedFrom, givenBy, ...own } = object;
  const { deviates, nameIsChosen, unseen, properties, ...forgotten } = own;
  // Does not compile when an object has something that is not written.
  forgotten satisfies Record<string, never>;
  const needs = [...(dependencies.get(id) ?? [])].sort(compareText);
  return {
    id,
    ...(parent ? { parent: formatId(parent) } : {}),
    ...(dropsWith ? { dropsWith: formatId(dropsWith) } : {}),
    ...(movesWith ? { movesWith: formatId(movesWith) } : {}),
    ...(inheritedFrom ? { inheritedFrom: formatId(inheritedFrom) } : {}),
    ...(givenBy ? { givenBy: formatId(givenBy) } : {}),
    ...(deviates === undefined ? {} : { deviates }),
    ...(nameIsChosen === undefined ? {} : { nameIsChosen }),
    ...(unseen ? { unseen } : {}),
    properties,
    ...(needs.length > 0 ? { needs } : {}),
  };
}

function toCatalog({ serverVersion, notCompared, objects }: Content): Catalog {
  return {
    serverVersion,
    notCompared,
    objects: new Map(objects.map((block, position) => [block.id, toObject(block, position)])),
    dependencies: new Map(objects.flatMap(({ id, needs }) => (needs ? [[id, new Set(needs)]] : []))),
  };
}

function toObject(block: Block, position: number): CatalogObject {
  const { id, parent, dropsWith, movesWith, inheritedFrom, givenBy } = block;
  const { deviates, nameIsChosen, unseen, properties } = block;
  return {
    ref: parseId(id),
    ...(parent === undefined ? {} : { parent: parseId(parent) }),
    ...(dropsWith === undefined ? {} : { dropsWith: parseId(dropsWith) }),
    ...(movesWith === undefined ? {} : { movesWith: parseId(movesWith) }),
    ...(inheritedFrom === undefined ? {} : { inheritedFrom: parseId(inheritedFrom) }),
    ...(givenBy === undefined ? {} : { givenBy: parseId(givenBy) }),
    ...(deviates === undefined ? {} : { deviates }),
    ...(nameIsChosen === undefined ? {} : { nameIsChosen }),
    ...(unseen ? { unseen } : {}),
    // No two objects stand at one address.
    address: { classid: 0, objid: position, objsubid: 0 },
    properties,
  };
}

function byName(
  [a, left]: readonly [ObjectId, CatalogObject],
  [b, right]: readonly [ObjectId, CatalogObject],
) {
  return compareText(left.ref.path.join('\0'), right.ref.path.join('\0')) || compareText(a, b);
}

/** SHA-256 in hex over the document without its digest. White space does not count. */
function digestOf(content: Content): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw refused(file, 'snapshot-truncated', 'This snapshot is not a whole JSON document.', detail);
  }
}

function refused(file: string, code: string, summary: string, detail?: string): TrueupError {
  const diagnostic: Diagnostic = {
    code,
    severity: 'error',
    position: { file },
    summary,
    ...(detail === undefined ? {} : { detail }),
    help: 'Write it again with `trueup snapshot`, or take it from version control. `--no-snapshot` replays without it.',
  };
  return new TrueupError([diagnostic]);
}
