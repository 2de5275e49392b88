import * as z from 'zod';
import type { CatalogObject } from '../catalog/kind.ts';
import type { Danger, HazardCode } from './hazard-table.ts';
import { hazardTable } from './hazard-table.ts';
import { lockModes, strategies } from './plan.ts';

const ref = z.strictObject({
  kind: z.string().describe("PostgreSQL's word for the kind of object, in lower case"),
  path: z.array(z.string()).describe('From the outermost name inwards'),
  signature: z.string().optional().describe('Argument types of what can be overloaded'),
  on: z.string().optional().describe('For what is said about another object: the kind of that one'),
});

const object = z
  .strictObject({
    ref,
    parent: ref.optional(),
    dropsWith: ref.optional(),
    movesWith: ref.optional(),
    inheritedFrom: ref.optional(),
    givenBy: ref.optional(),
    deviates: z.boolean().optional(),
    nameIsChosen: z.boolean().optional(),
    unseen: z.strictObject({ properties: z.array(z.string()), because: z.string() }).optional(),
    properties: z.record(z.string(), z.json()),
  })
  .describe('An object of a catalog');

type Forgotten = Exclude<keyof CatalogObject, 'address' | keyof z.infer<typeof object>>;
// Does not compile when an object has something that is not written.
true satisfies [Forgotten] extends [never] ? true : false;

const change = z.strictObject({
  id: z.string().describe('column:public.users.email'),
  action: z.enum(['create', 'alter', 'rename', 'drop']),
  before: object.nullable(),
  after: object.nullable(),
  properties: z.array(z.strictObject({ name: z.string(), before: z.json(), after: z.json() })),
  within: z.string().nullable().describe('Id of the object that it comes or goes with'),
});

const position = z.strictObject({
  file: z.string(),
  line: z.int().optional(),
  column: z.int().optional(),
});

const diagnostic = z.strictObject({
  code: z.string(),
  severity: z.enum(['error', 'warning', 'note']),
  subject: z.string().optional(),
  position: position.optional(),
  summary: z.string(),
  detail: z.string().optional(),
  help: z.string().optional(),
  sourceLine: z.string().optional(),
});

const codes = Object.keys(hazardTable) as [HazardCode, ...HazardCode[]];
const dangers = [...new Set(Object.values(hazardTable).map(({ danger }) => danger))] as [Danger, ...Danger[]];

const hazard = z.strictObject({
  code: z.enum(codes),
  danger: z.enum(dangers),
  severity: z.enum(['danger', 'caution']),
  subject: z.string(),
  was: z.string().optional().describe('What loses something was called so before the migrations'),
  aside: z
    .string()
    .optional()
    .describe('It is called so when the statement runs: something else has its name by then'),
  consequence: z.string(),
  saferWay: z.string(),
  instead: z.string().optional().describe('The safer way written out as SQL'),
  query: z.string().optional().describe('Finds on live what would be hit'),
  takes: z
    .strictObject({ value: z.string(), column: z.string() })
    .optional()
    .describe('A value that no column can hold any more, and one that may'),
  extent: z
    .strictObject({ count: z.number(), unit: z.string() })
    .optional()
    .describe('How much of live it hits'),
});

const effects = z.strictObject({
  source: z.enum(['observed', 'manual']).describe("Seen in the rehearsal, or said by PostgreSQL's manual"),
  relations: z.array(
    z.strictObject({
      relation: z.string(),
      lock: z.enum(lockModes).nullable().describe('Null: an earlier statement of its transaction holds it'),
      rewrites: z.boolean(),
      buildsIndex: z.boolean(),
      scans: z.boolean(),
      size: z
        .strictObject({ bytes: z.number(), rows: z.number().nullable() })
        .nullable()
        .describe('Of live, rounded to two digits'),
    }),
  ),
});

const migration = z.strictObject({
  key: z.string().describe('Under which history records it'),
  kind: z.enum(['versioned', 'repeatable', 'baseline']),
  version: z.string().nullable(),
  description: z.string(),
  script: z.string(),
  checksum: z.string().describe('MD5 in hex over the text with line ends normalised'),
  text: z.string(),
});

const columnNames = z.tuple([z.string(), z.string()]);

const undo = z
  .strictObject({
    migrations: z.array(migration),
    script: z.string().nullable().describe('The undo migration; null: its statements are generated'),
    versionAfter: z.string().nullable(),
    restores: z
      .array(
        z.strictObject({
          backup: z.string(),
          subjects: z.array(z.string()),
          rows: z.number(),
          after: z
            .number()
            .nullable()
            .describe('The statement behind which it is put back, from 0; null: at the end of the step'),
          table: z.array(z.string()).describe('Schema and name by then'),
          columns: z
            .array(columnNames)
            .describe('What is put back: the name it was saved under, and by then'),
          key: z.array(columnNames).describe('What tells the rows, in the same way'),
        }),
      )
      .optional()
      .describe('Backups that are put back'),
  })
  .describe('What a step of a rollback takes back');

const statement = z.strictObject({
  sql: z.string().describe('Exactly what is run'),
  hazards: z.array(hazard),
  transaction: z.enum(['inside', 'outside', 'apart', 'commit after', 'own', 'batch']),
  object: z.string().nullable().describe('Id of the object a generated statement is for'),
  position: position.nullable().describe("Where a migration's statement stands"),
  ordinal: z.int().optional().describe("Which statement of the migration's file it is, from 0"),
  expect: z
    .enum(['catalog', 'rows'])
    .optional()
    .describe('A query that must return true or no rows, and what its answer depends on'),
  batch: z
    .strictObject({ size: z.int(), targetMs: z.int(), pauseMs: z.int() })
    .optional()
    .describe('How a statement of the transaction `batch` is divided'),
  effects: effects.optional(),
});

const rehearsal = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('proven') }),
  z.strictObject({ outcome: z.literal('differs'), differences: z.array(change) }),
  z.strictObject({ outcome: z.literal('failed'), diagnostic }),
  z.strictObject({ outcome: z.literal('skipped'), reason: z.string() }),
]);

const fingerprint = z.string().regex(/^[0-9a-f]{64}$/);

/** A plan in a file: the one source of its format, for reading it and for docs/schema/plan.schema.json. */
export const planArtifact = z
  .strictObject({
    formatVersion: z.literal(1),
    toolVersion: z.string(),
    database: z.string().describe('For people, without a password'),
    liveServerVersion: z.int(),
    liveFingerprint: fingerprint.describe('SHA-256 of the live catalog; apply compares it again'),
    targetFingerprint: fingerprint,
    strategy: z.enum(strategies),
    versionBefore: z.string().nullable(),
    versionAfter: z.string().nullable(),
    snapshot: z.string().nullable(),
    drift: z.array(z.strictObject({ change, decision: z.enum(['revert', 'adopt', 'ignore', 'leave']) })),
    ignored: z.array(z.strictObject({ change, rule: z.string(), reason: z.string().nullable() })),
    pending: z.array(change).describe('What the pending migrations change'),
    steps: z.array(
      z.strictObject({
        kind: z.enum(['repair', 'migration', 'remainder', 'state', 'undo']),
        title: z.string(),
        migration: migration.nullable(),
        undo: undo.optional(),
        renames: z
          .array(z.string())
          .optional()
          .describe(
            'Ids of what generated statements give other names: the journal keeps which objects they are',
          ),
        statements: z.array(statement),
      }),
    ),
    segments: z
      .array(
        z.strictObject({
          transaction: z.boolean(),
          statements: z.array(z.strictObject({ step: z.int(), statement: z.int() })),
          completes: z.array(z.int()).describe('Steps whose history rows are written with it'),
        }),
      )
      .describe('What commits or fails together, in order'),
    resumes: z.string().optional().describe('The run that it goes on from'),
    rollbackTo: z.string().optional().describe('The version, run or tag that live goes back to'),
    assumed: z.array(migration).describe('Recorded as applied, not run'),
    rehearsal,
    notCompared: z.array(z.looseObject({ kind: z.string(), name: z.string() })),
    diagnostics: z.array(diagnostic),
  })
  .describe('A plan that `trueup plan -o plan.json` writes and `trueup apply plan.json` runs');
