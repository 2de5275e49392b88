import { type CatalogObject, type Statement, statement } from '../../catalog/kind.ts';
import type { ForeignOptions } from '../../database/foreign-options.ts';
import { quoteIdentifier, quoteName } from '../../database/sql.ts';

/** Its sequence; numbers as text, which holds all that bigint does. */
export type Identity = {
  /** Stays when table or column are renamed. Its schema is always the table's. */
  readonly name: string;
  readonly always: boolean;
  readonly start: string;
  readonly increment: string;
  readonly minimum: string;
  readonly maximum: string;
  readonly cache: string;
  readonly cycle: boolean;
  /** Absent where it is what the table is. From PostgreSQL 15. */
  readonly unlogged?: boolean;
};

type EnumValueRef = { readonly kind: 'enum value'; readonly path: readonly string[] };

/** A column, in everything that a statement can change, and what statements need to know of it. */
export type Column = {
  readonly type: string;
  /** Quoted name, or null for the type's own collation. */
  readonly collation: string | null;
  readonly generated: { readonly expression: string; readonly stored: boolean } | null;
  readonly identity: Identity | null;
  readonly default: string | null;
  /** From PostgreSQL 18 it may hold for new rows alone. */
  readonly notNull: boolean | 'not valid';
  /** The name that someone gave the NOT NULL; null for one that PostgreSQL chose, and before 18, which keeps none. */
  readonly notNullName: string | null;
  /** Child tables do not get the NOT NULL. From PostgreSQL 18. */
  readonly notNullNoInherit: boolean;
  /** The name to make the NOT NULL with; null where PostgreSQL chooses the same, or a parent's NOT NULL says it. */
  readonly notNullSaid: string | null;
  /** Whatever name the NOT NULL has, null before PostgreSQL 18. */
  readonly notNullConstraint: string | null;
  /** A partition or child table has the NOT NULL from here under another name: then PostgreSQL renames neither. */
  readonly notNullScattered: boolean;
  /** It has the NOT NULL by itself, so that it stays when that of the parent table goes; before 18, when the parent has none. */
  readonly notNullOwn: boolean;
  /** The parent table has the NOT NULL too. */
  readonly notNullInherited: boolean;
  /** Storage strategy, null for the type's own. */
  readonly storage: string | null;
  /** Storage strategy of the type, which only servers from 16 on know as DEFAULT. */
  readonly typeStorage: string;
  readonly compression: string | null;
  /** Per-column statistics target, null for the default. */
  readonly statistics: number | null;
  readonly options: readonly string[];
  /** Of a foreign table's column. */
  readonly foreignOptions: ForeignOptions;
  /** What the column of the parent table has as default; null without a parent. */
  readonly parentDefault: string | null;
  /** The parent table's NOT NULL is not for this one. */
  readonly parentNoInherit: boolean;
  /** The parent table defines it, as a column of a partition or of a child by INHERITS; or its table's type does. */
  readonly inherited: 'partition' | 'child' | 'type' | null;
  /** A child table by INHERITS has it by itself besides. */
  readonly ownBesides: boolean;
  /** The type someone made that it has, its elements' when it is an array, the range's of a multirange. */
  readonly userType: { readonly kind: string; readonly path: readonly string[] } | null;
  /** Values of the enum that its type is, or is made of as an array or a domain; null for all others. */
  readonly labels: readonly EnumValueRef[] | null;
  /** Each row that is there already gets a value of its own from it. */
  readonly volatileDefault: boolean;
  /** Its partitioned table places rows by it, which PostgreSQL lets nobody alter. */
  readonly partitionKey: boolean;
  /** Its table has children that get no identity of their own, and PostgreSQL adds none by ADD COLUMN there (42P16). */
  readonly identityAlone: boolean;
  /** An UPDATE may do more than it says: the table has triggers or rules. */
  readonly watched: boolean;
  /** The extension that its type, or its elements', belongs to, and the type's schema, quoted. */
  readonly extensionType: { readonly extension: string; readonly schema: string } | null;
  /** Schema and name of the sequence of its identity or its default. */
  readonly sequence: readonly string[] | null;
  /** Physical position: databases differ in it after ALTER TABLE, and no statement can change it. */
  readonly position: number;
  /** As it stands in CREATE TABLE; empty when nothing needs to stand there. */
  readonly definition: string;
};

/** `ALTER TABLE` and the name of its table. */
export function alterTable({ ref }: CatalogObject<Column>): string {
  return `ALTER TABLE ${quoteName(ref.path.slice(0, -1))}`;
}

/** `ALTER TABLE … ALTER COLUMN …`, which goes down to partitions and child tables. */
export function alter(object: CatalogObject<Column>, what: string): Statement {
  return statement(`${alterTable(object)} ALTER COLUMN ${own(object)} ${what}`);
}

/** The same for the one table alone. */
export function alterOnly(object: CatalogObject<Column>, what: string): Statement {
  return statement(
    `ALTER TABLE ONLY ${quoteName(object.ref.path.slice(0, -1))} ALTER COLUMN ${own(object)} ${what}`,
  );
}

/** Its own name, quoted. */
export function own({ ref }: CatalogObject<Column>): string {
  return quoteIdentifier(ref.path.at(-1) ?? '');
}

/** Its name as hazards speak of it: `public.orders.note`. */
export function dotted({ ref }: CatalogObject<Column>): string {
  return ref.path.join('.');
}

/** The name of its table, in the same way. */
export function tableOf({ ref }: CatalogObject<Column>): string {
  return ref.path.slice(0, -1).join('.');
}

/** Its values are elsewhere, and PostgreSQL neither reads nor writes them when the column changes. */
export function isForeign({ parent }: CatalogObject<Column>): boolean {
  return parent?.kind === 'foreign table';
}

/** SET DEFAULT where it has one. */
export function setDefault(object: CatalogObject<Column>): readonly Statement[] {
  return object.properties.default === null
    ? []
    : [{ ...alter(object, `SET DEFAULT ${object.properties.default}`), recurses: 'default' }];
}

/** DROP DEFAULT. */
export function dropDefault(object: CatalogObject<Column>): Statement {
  return { ...alter(object, 'DROP DEFAULT'), recurses: 'default' };
}

/** Whether two paths name the same: the type of a column before and after. */
export function isSamePath(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((part, position) => part === b[position]);
}
