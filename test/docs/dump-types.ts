/** A type of object that pg_dump knows. */
export type DumpType = {
  /** The name in `DumpableObjectType`, src/bin/pg_dump/pg_dump.h of PostgreSQL 18. */
  readonly type: string;
  /** In the manual's words. */
  readonly words: string;
} & (
  | {
      /** The system catalog that holds it: kinds whose objects stand there cover it. */
      readonly catalog: string;
      /** Which of these kinds, where the catalog holds objects of several types. */
      readonly kinds?: RegExp;
    }
  | {
      /** Why it is no part of a catalog. */
      readonly left: string;
    }
);

/** What pg_dump dumps along with an object. */
export type DumpComponent = { readonly words: string; readonly kinds: RegExp };

/** All of `DumpableObjectType`, in its order. */
export const dumpTypes: readonly DumpType[] = [
  { type: 'DO_NAMESPACE', words: 'schemas', catalog: 'pg_namespace' },
  { type: 'DO_EXTENSION', words: 'extensions', catalog: 'pg_extension' },
  {
    type: 'DO_TYPE',
    words: 'base, composite, domain, enum and range types',
    catalog: 'pg_type',
    kinds: /^(?!shell)/,
  },
  { type: 'DO_SHELL_TYPE', words: 'shell types', catalog: 'pg_type', kinds: /^base type/ },
  { type: 'DO_FUNC', words: 'functions and procedures', catalog: 'pg_proc', kinds: /^(?!aggregate)/ },
  { type: 'DO_AGG', words: 'aggregate functions', catalog: 'pg_proc', kinds: /^aggregate/ },
  { type: 'DO_OPERATOR', words: 'operators', catalog: 'pg_operator' },
  { type: 'DO_ACCESS_METHOD', words: 'access methods', catalog: 'pg_am' },
  { type: 'DO_OPCLASS', words: 'operator classes', catalog: 'pg_opclass' },
  { type: 'DO_OPFAMILY', words: 'operator families', catalog: 'pg_opfamily' },
  { type: 'DO_COLLATION', words: 'collations', catalog: 'pg_collation' },
  { type: 'DO_CONVERSION', words: 'encoding conversions', catalog: 'pg_conversion' },
  {
    type: 'DO_TABLE',
    words: 'tables, views, materialized views, sequences and foreign tables',
    catalog: 'pg_class',
    kinds: /^(?!index)/,
  },
  {
    type: 'DO_TABLE_ATTACH',
    words: 'partitions attached to their table',
    catalog: 'pg_class',
    kinds: /table$/,
  },
  { type: 'DO_ATTRDEF', words: 'column defaults', catalog: 'pg_class', kinds: /^(column|view)$/ },
  { type: 'DO_INDEX', words: 'indexes', catalog: 'pg_class', kinds: /^index/ },
  {
    type: 'DO_INDEX_ATTACH',
    words: 'indexes of partitions attached to their index',
    catalog: 'pg_class',
    kinds: /^index/,
  },
  { type: 'DO_STATSEXT', words: 'extended statistics', catalog: 'pg_statistic_ext' },
  {
    type: 'DO_REL_STATS',
    words: 'statistics of the planner',
    left: 'they say what rows there are, and ANALYZE makes them again',
  },
  { type: 'DO_RULE', words: 'rewrite rules', catalog: 'pg_rewrite' },
  { type: 'DO_TRIGGER', words: 'triggers', catalog: 'pg_trigger' },
  { type: 'DO_CONSTRAINT', words: 'constraints of tables and domains', catalog: 'pg_constraint' },
  { type: 'DO_FK_CONSTRAINT', words: 'foreign keys', catalog: 'pg_constraint', kinds: /^constraint/ },
  { type: 'DO_PROCLANG', words: 'procedural languages', catalog: 'pg_language' },
  { type: 'DO_CAST', words: 'casts', catalog: 'pg_cast' },
  { type: 'DO_TABLE_DATA', words: 'rows', left: 'rows are not compared' },
  {
    type: 'DO_SEQUENCE_SET',
    words: 'the positions of sequences',
    left: 'using a sequence moves it',
  },
  {
    type: 'DO_DUMMY_TYPE',
    words: 'array types and the row types of tables',
    left: 'they come and go with what they are of',
  },
  { type: 'DO_TSPARSER', words: 'text search parsers', catalog: 'pg_ts_parser' },
  { type: 'DO_TSDICT', words: 'text search dictionaries', catalog: 'pg_ts_dict' },
  { type: 'DO_TSTEMPLATE', words: 'text search templates', catalog: 'pg_ts_template' },
  { type: 'DO_TSCONFIG', words: 'text search configurations', catalog: 'pg_ts_config' },
  { type: 'DO_FDW', words: 'foreign-data wrappers', catalog: 'pg_foreign_data_wrapper' },
  { type: 'DO_FOREIGN_SERVER', words: 'foreign servers', catalog: 'pg_foreign_server' },
  { type: 'DO_DEFAULT_ACL', words: 'default privileges', catalog: 'pg_default_acl' },
  { type: 'DO_TRANSFORM', words: 'transforms', catalog: 'pg_transform' },
  {
    type: 'DO_LARGE_OBJECT',
    words: 'large objects, their owners and privileges',
    left: 'they are data',
  },
  { type: 'DO_LARGE_OBJECT_DATA', words: 'the content of large objects', left: 'it is data' },
  { type: 'DO_PRE_DATA_BOUNDARY', words: 'a mark in the dump', left: 'it is no object' },
  { type: 'DO_POST_DATA_BOUNDARY', words: 'a mark in the dump', left: 'it is no object' },
  { type: 'DO_EVENT_TRIGGER', words: 'event triggers', catalog: 'pg_event_trigger' },
  {
    type: 'DO_REFRESH_MATVIEW',
    words: 'the rows of materialized views',
    left: 'rows are not compared',
  },
  { type: 'DO_POLICY', words: 'row-level security policies', catalog: 'pg_policy' },
  { type: 'DO_PUBLICATION', words: 'publications', catalog: 'pg_publication' },
  { type: 'DO_PUBLICATION_REL', words: 'tables in publications', catalog: 'pg_publication' },
  {
    type: 'DO_PUBLICATION_TABLE_IN_SCHEMA',
    words: 'schemas in publications',
    catalog: 'pg_publication',
  },
  { type: 'DO_SUBSCRIPTION', words: 'subscriptions', catalog: 'pg_subscription' },
  {
    type: 'DO_SUBSCRIPTION_REL',
    words: 'how far the tables of a subscription are',
    left: 'it is the state of replication',
  },
];

/** What stands beside the definition in pg_dump's `DumpComponents`, and the owner that it sets. */
export const dumpComponents: readonly DumpComponent[] = [
  { words: 'comments', kinds: /^comment/ },
  { words: 'privileges', kinds: /^(privilege|grant)/ },
  { words: 'security labels', kinds: /label/ },
  { words: 'dependencies on extensions', kinds: /^extension dependency/ },
  { words: 'user mappings of foreign servers', kinds: /^user mapping$/ },
  { words: 'owners', kinds: /^owner/ },
  { words: 'settings of the database (`--create`)', kinds: /setting/ },
];
