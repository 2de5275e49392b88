import type { Hazard } from '../plan/hazards.ts';
import type { ChangeRules } from './change-rule.ts';
import type { Facet } from './compared.ts';
import type { ObjectId, ObjectRef } from './object.ts';
import type { Conversion, Release, ValueWay } from './release.ts';

/** Where PostgreSQL keeps an object: the key of pg_depend. Means something in one database only. */
export type CatalogAddress = { readonly classid: number; readonly objid: number; readonly objsubid: number };

/** What a property may hold: plain data, compared by value. What names another object holds its `ObjectRef`. */
export type Property =
  | null
  | boolean
  | number
  | string
  | readonly Property[]
  | { readonly [key: string]: Property };
export type Properties = { readonly [name: string]: Property };

export type CatalogObject<P = Properties> = {
  readonly ref: ObjectRef;
  /** The object it is a part of: a column's table, an index's table, a table's schema. */
  readonly parent?: ObjectRef;
  /** Another object whose drop takes this one along: the column that owns a sequence. */
  readonly dropsWith?: ObjectRef;
  /** Another object that takes it along to another schema: the column that owns a sequence. */
  readonly movesWith?: ObjectRef;
  /** The parent table's object, for what a partition or child table has from there. It comes, changes and goes with that one. */
  readonly inheritedFrom?: ObjectRef;
  /** What gives it to its parent, where no object of its kind does: the attribute of a typed table's type. */
  readonly givenBy?: ObjectRef;
  /** It has something of its own besides, so it is compared. Without this it is never a change of its own. */
  readonly deviates?: boolean;
  /** Of what is inherited: PostgreSQL would choose another name for it. */
  readonly nameIsChosen?: boolean;
  /** What the role that introspects may not read: not compared, and named with what would help. */
  readonly unseen?: { readonly properties: readonly string[]; readonly because: string };
  readonly address: CatalogAddress;
  readonly properties: P;
};

/** Whether it is wholly what the parent table's object makes it: no change and no statement of its own. */
export function isCopy(object: CatalogObject): boolean {
  return object.inheritedFrom !== undefined && object.deviates !== true;
}

/** One SQL statement that Trueup generates. */
export type Statement = {
  readonly sql: string;
  readonly hazards: readonly Hazard[];
  /** Objects that must exist before it, beyond what pg_depend says. */
  readonly needs: readonly ObjectRef[];
  /**
   * `outside`: PostgreSQL refuses it in a transaction block. `apart`: in a transaction of its own, since it takes
   * long and the locks of others would last as long. `commit after`: what it makes can be used only after commit.
   */
  readonly transaction: 'inside' | 'outside' | 'apart' | 'commit after';
  /** PostgreSQL refuses it while there are dependents that it does not rebuild: they are dropped before and created again after. */
  readonly disturbsDependents?: boolean;
  /** The property that PostgreSQL carries to partitions and child tables, over what these have of their own: see `overrides`. */
  readonly recurses?: string;
  /** Objects that are to be altered before, unless what binds it to them (a foreign key two tables) is made anew. */
  readonly bound?: readonly { readonly to: ObjectRef; readonly by: ObjectRef }[];
  /** CREATE OR REPLACE of what is there: see `lostWhenRedefined`. */
  readonly redefines?: boolean;
  /** It gives up what another part of the same whole may take, so it runs before all alterations. */
  readonly yields?: boolean;
  /** It makes something of the name of what is dropped only after it, and has stepped aside before. */
  readonly takesNameOf?: ObjectRef;
  /** What that holds (the position of a sequence) goes on elsewhere by it: dropping that loses nothing. */
  readonly keeps?: ObjectRef;
  /** It takes the object out of that whole, before parts of either change. */
  readonly leaves?: ObjectRef;
  /** It takes the object into that whole, once the parts of both are what they are to be, and there is room. */
  readonly joins?: ObjectRef;
  /** Names of hidden values (a password) that stand masked in it. It makes a copy for the rehearsal, and never runs on a live database. */
  readonly masked?: readonly string[];
  /** Only after it can the object be used, save by what the statement itself needs. */
  readonly completes?: boolean;
  /** A setting it needs, `check_function_bodies = off`: set once before all statements. */
  readonly setting?: string;
  /** It gives rows of a table new values, which PostgreSQL refuses (0A000) while columns elsewhere hold such rows: the way round, if any. */
  readonly fillsRows?: readonly Statement[];
  /** It fails where rows break what it is for: hazards that say so stand at it, and at the first where none is marked. */
  readonly checksRows?: boolean;
  /** Part of a way that makes several: it makes that one, and is left out where that one is there already. */
  readonly makes?: ObjectRef;
  /** Part of such a way, for that table: left out where that, or what it is in, joins its whole later and brings its own. */
  readonly serves?: ObjectRef;
  /** Ways to the same end that let others read and write meanwhile: the first that the server understands is taken. */
  readonly online?: readonly OnlineWay[];
};

/** What runs in place of a statement that would block a relation. */
export type OnlineWay = {
  /** While it has no rows, there is nobody to be kind to. */
  readonly relation: ObjectRef;
  /** The oldest server that understands it, as `server_version_num`; all when absent. */
  readonly minVersion?: number;
  /** The oldest one that no longer takes it to the same end. */
  readonly beforeVersion?: number;
  readonly statements: readonly Statement[];
};

/** The objects whose `parent` is the object being created and that its kind folds into its own statement. */
export type Children = readonly CatalogObject[];
/** An object under another name, and the statements that give it that. */
export type Renamed<P> = { readonly object: CatalogObject<P>; readonly statements: readonly Statement[] };

/** Finds the object at exactly an address, for rows that speak of other objects, and how PostgreSQL's commands name it. */
export type Resolve = (
  address: CatalogAddress,
) => { readonly object: CatalogObject; readonly name: string } | undefined;

/** Everything Trueup knows of one kind of object: one file in `kinds/`, one line in its registry. */
export type ObjectKind<Row = unknown, P = Properties> = {
  readonly kind: string;
  /** Tie-break only, ascending for create; pg_depend decides. */
  readonly order: number;
  /**
   * One set-based query under an empty search path. Selects classid, objid, objsubid besides what `fromRow`
   * reads. Rows arrive as JSON (`to_json`): cast to text what JSON numbers cannot hold. `comparedVersion` is that of
   * the oldest server that the answer is compared with, the same when absent.
   */
  query(serverVersion: number, comparedVersion?: number): string;
  /** Where all objects of the kind stand. While users have made none there, the query is not asked. Absent: always asked. */
  readonly foundIn?: {
    readonly catalog: string;
    readonly where?: string;
    /** Its rows are no objects themselves, so any row that `where` takes counts. */
    readonly hasNoOids?: boolean;
  };
  /**
   * Identity, parent and properties of one row, or null for a row that speaks of nothing in the catalog.
   * `resolve` finds objects of kinds that stand earlier in the registry.
   */
  fromRow(row: Row, resolve: Resolve): CatalogObject<P> | null;
  /** How COMMENT ON, ALTER … OWNER and messages of PostgreSQL name it: `TRIGGER "t" ON "public"."users"`. */
  address(ref: ObjectRef): string;
  /** Which children this kind's own statement creates, in place of the child's `create`. */
  folds?(child: CatalogObject): boolean;
  /** What a folded object still needs after that statement. */
  completeFolded?(object: CatalogObject<P>): readonly Statement[];
  create(object: CatalogObject<P>, children: Children): readonly Statement[];
  drop(object: CatalogObject<P>): readonly Statement[];
  /** ALTER … RENAME or SET SCHEMA that keeps the object; absent: PostgreSQL has none, drop and create. */
  rename?(before: ObjectRef, after: ObjectRef): readonly Statement[];
  readonly change: ChangeRules<P>;
  /**
   * No embedded engine can hold it (a subscription, a security label), so no replay, snapshot or copy has it: it is compared between two
   * servers, and named as not compared everywhere else.
   */
  readonly serversOnly?: boolean;
  /** In place of drop and create: the old one serves until the new one is there. Null: there is no such way. */
  replaceOnline?(before: CatalogObject<P>, after: CatalogObject<P>): OnlineWay | null;
  /**
   * What a change of it endangers, whatever statements make it: who uses its old name, who relies on it. `before`
   * is null when it is created, `after` when it is dropped. What a statement itself destroys stands at that one.
   */
  hazards?(before: CatalogObject<P> | null, after: CatalogObject<P> | null): readonly Hazard[];
  /** Dependencies that pg_depend omits. */
  references(object: CatalogObject<P>): readonly ObjectRef[];
  /** It stands in the text of what needs the same functions and types, which pg_depend does not say (a cast). */
  readonly standsInTexts?: boolean;
  /** PostgreSQL itself rebuilds it when a column it uses changes type (an index, a check). */
  followsColumnType?(object: CatalogObject<P>): boolean;
  /** DROP refuses while its parts exist, so they are dropped one by one (a schema). */
  readonly keepsParts?: boolean;
  /** What it can be before `needed`, which it needs and which needs it: less of it, or absent. Null: there is no such way. */
  firstVersion?(object: CatalogObject<P>, needed: ObjectRef): CatalogObject<P> | 'absent' | null;
  /** Its body may name what pg_depend knows nothing of (a function). */
  readonly hidesNeeds?: boolean;
  /** Creating it runs what it needs (a materialized view), so it waits longer when some of that hides needs. */
  readonly runsNeeds?: boolean;
  /** It waits for all that is done to what it needs, rows filled and looked at included (a primary key for NOT NULL). */
  needsFinished?(object: CatalogObject<P>): boolean;
  /** Its coming and going changes what depends on it, which is taken back before and said again after. */
  readonly unsettlesDependents?: boolean;
  /** Said about an object, it is gone when a statement `redefines` that one, and is said again after. */
  readonly lostWhenRedefined?: boolean;
  /** PostgreSQL applies it to what is created while it is there: it is created after everything else. */
  readonly appliesToNew?: boolean;
  /** Its parent's definition says all of it: it is an object so that its new name is known for that (an attribute of a type). */
  readonly inDefinition?: true;
  /** Such parts of it, in their order, and what else its definition says of each: null for nothing. */
  partsInDefinition?(object: CatalogObject<P>): readonly { ref: ObjectRef; definition: Property }[];
  /** Properties that hold names of such objects, under renames. */
  renameParts?(object: CatalogObject<P>, rename: (ref: ObjectRef) => ObjectRef): Partial<P>;
  /** It holds rows: never dropped and created again for the sake of something it depends on. */
  holdsData?(object: CatalogObject<P>): boolean;
  /** Its values are, or are made of, values of that type, or rows of that table. */
  isMadeOf?(object: CatalogObject<P>, type: ObjectRef): boolean;
  /** What it is as it can be made where rows are that it has no values for yet. Null: it can be made there as it is. */
  unfilled?(object: CatalogObject<P>): CatalogObject<P> | null;
  /** It changes only together with its parent, which is dropped and created again (the key of a partitioned table). */
  isBoundToParent?(object: CatalogObject<P>): boolean;
  /** What frees an object that stays from `because`, which is dropped, and binds it again. Null: there is no such way. */
  release?(
    before: CatalogObject<P>,
    after: CatalogObject<P>,
    because: ObjectRef,
    way: ValueWay,
  ): Release | null;
  /** How values of a type that has stepped aside, as `before` says, become values of the one in its place. */
  conversion?(before: CatalogObject<P>, after: CatalogObject<P>): Conversion;
  /** Its values are rows: only its conversion keeps their parts apart, in whatever other values they are. */
  readonly isRow?: true;
  /** A partition has its own or its parent's (a trigger), never one for the other: all else becomes its own when it is detached. */
  readonly neverMerges?: boolean;
  /** What it is as its table's own, while that is in no whole; absent: the same. */
  asOwn?(object: CatalogObject<P>): CatalogObject<P>;
  /** PostgreSQL makes it as its table joins the whole; before, what it needs may be missing (a foreign key). */
  comesWithWhole?(object: CatalogObject<P>): boolean;
  /** No command takes it out of what it is inherited from, so it goes, and changes what no ALTER does, together with that. */
  readonly isBoundToOrigin?: boolean;
  /** Takes it, made as its table's own, into what it is inherited from; takes a table into its wholes. */
  join?(object: CatalogObject<P>): readonly Statement[];
  /** DROP for its own table alone: those that have inherited it keep it. Null: PostgreSQL has none. */
  dropAlone?(object: CatalogObject<P>): readonly Statement[] | null;
  /** Puts back what a statement that recurses has overwritten in what the object has of its own. */
  overrides?(object: CatalogObject<P>, before: CatalogObject<P>, property: string): readonly Statement[];
  /** The names it takes in its schema: a name can be given to another object only after. Absent: its path. */
  names?(object: CatalogObject<P>): readonly (readonly string[])[];
  /** Gives the one of them that no rename of it changes another, and says what it is then. Null: there is none. */
  renameBesides?(object: CatalogObject<P>, name: readonly string[]): Renamed<P> | null;
  /** For what is said about other objects: the key of `compare` in the configuration that leaves this kind out. */
  readonly facet?: Facet;
  /** The configuration leaves it out: it is no part of any comparison, and comes back with what is created again. */
  readonly kept?: true;
  /** The same object where roles have other names. */
  renameRoles?(object: CatalogObject<P>, rename: (role: string) => string): CatalogObject<P>;
  /** What PostgreSQL itself says about an object as it creates it: the privileges that default privileges give. Null: nothing. */
  atCreation?(
    created: CatalogObject,
    /** What is there while it is created. */
    find: (id: ObjectId) => CatalogObject | undefined,
    /** What is to be there in the end: whom it is given to. */
    wanted: (id: ObjectId) => CatalogObject | undefined,
    /** What stays and gets something new: a column an identity, whose sequence is as good as created. */
    before?: CatalogObject,
  ): CatalogObject<P> | null;
  /** What has to be so before an object is joined to a part of another: both belong to one role. `find`: what is there then. */
  beforeJoined?(
    object: CatalogObject,
    find: (id: ObjectId) => CatalogObject | undefined,
  ): readonly Statement[];
  /** The object as a server of that version can hold it, null for nothing: what newer ones have besides is not compared. */
  narrow?(object: CatalogObject<P>, serverVersion: number): CatalogObject<P> | null;
  /** For what is said about another object: the same after that object, which `name` now names, was renamed. */
  renamed?(object: CatalogObject<P>, name: string): CatalogObject<P>;
  /** Properties that majors print differently from one parsed expression: compared through one engine (see catalog/canonical). */
  readonly printed?: readonly (keyof P & string)[];
};

/** The kinds, in the order in which introspection resolves them. Stages take it as an argument and name no kind. */
export type Registry = ReadonlyMap<string, ObjectKind>;

/** What no kind covers, or could not be read, which `because` says, and which GRANT would help: never taken for clean. */
export type NotCompared = {
  readonly kind: string;
  readonly name: string;
  readonly because?: string;
  /** No single object: the configuration leaves all of this out. */
  readonly configured?: boolean;
};

/** A database's schema as plain data. */
export type Catalog = {
  readonly serverVersion: number;
  readonly objects: ReadonlyMap<ObjectId, CatalogObject>;
  /** What each object needs, from pg_depend, parents and kinds' `references`. */
  readonly dependencies: ReadonlyMap<ObjectId, ReadonlySet<ObjectId>>;
  readonly notCompared: readonly NotCompared[];
  /** What is not compared and stays as it is, with what it needs and what needs it. */
  readonly kept?: Pick<Catalog, 'objects' | 'dependencies'>;
};

/** The usual case runs inside a transaction and has no hazard. */
export function statement(sql: string, extra: Partial<Omit<Statement, 'sql'>> = {}): Statement {
  return { sql, hazards: [], needs: [], transaction: 'inside', ...extra };
}

/** Lets a kind keep its own types where the registry holds all kinds as one: rows of its query reach only its `fromRow`. */
export function defineKind<Row, P extends { readonly [K in keyof P]: Property }>(
  kind: ObjectKind<Row, P>,
): ObjectKind {
  return kind as unknown as ObjectKind;
}

/** Filters out PostgreSQL's own schemas in a kind's query. `namespace` is the alias of pg_namespace. */
export function userSchema(namespace: string): string {
  return `${namespace}.nspname !~ '^pg_' AND ${namespace}.nspname <> 'information_schema'`;
}

/** The first oid that PostgreSQL gives to what users make. Source: src/include/access/transam.h, FirstNormalObjectId. */
export const firstUserOid = 16384;
