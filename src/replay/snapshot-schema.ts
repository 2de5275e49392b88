import * as z from 'zod';
import { standInKinds } from './stand-ins.ts';

/** Raised when a member changes its meaning: a file of another version is refused. */
export const formatVersion = 1;

const id = z.string().regex(/^[a-z ]+(?:\([a-z ]+\))?:/);

const block = z.strictObject({
  id: id.describe('Its identity: column:public.users.email'),
  parent: id.optional().describe('What it is a part of'),
  dropsWith: id.optional().describe('Another object whose drop takes it along'),
  movesWith: id.optional().describe('Another object that takes it along to another schema'),
  inheritedFrom: id.optional().describe("The parent table's object that it comes and goes with"),
  givenBy: id.optional().describe('The attribute of a type that gives it to a typed table'),
  deviates: z.boolean().optional().describe('It has something of its own besides what it inherits'),
  nameIsChosen: z.boolean().optional().describe('Of what is inherited: PostgreSQL would name it otherwise'),
  unseen: z
    .strictObject({ properties: z.array(z.string()), because: z.string() })
    .optional()
    .describe('What the role that replayed may not read'),
  properties: z.record(z.string(), z.json()),
  needs: z.array(id).optional().describe('What it depends on'),
});

/** The shape of a snapshot file; `docs/schema/snapshot.schema.json` is made from it. */
export const snapshotSchema = z.strictObject({
  formatVersion: z.literal(formatVersion),
  digest: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('SHA-256 over the rest of the document as JSON without white space'),
  toolVersion: z.string().describe('Of the Trueup that wrote it'),
  engine: z.string().describe('What the migrations were replayed on: PGlite 0.5.14'),
  serverVersion: z.int().describe('server_version_num of that engine: 180004'),
  version: z.string().nullable().describe('The highest version among the migrations'),
  migrations: z
    .array(z.strictObject({ script: z.string(), checksum: z.string().regex(/^[0-9a-f]{32}$/) }))
    .describe('The checksum chain: the migrations that made the catalog, in the order in which they ran'),
  standInExtensions: z.array(z.string()).describe('Extensions that the configuration says to do without'),
  standIns: z
    .array(
      z.strictObject({
        kind: z.enum(standInKinds),
        name: z.string(),
        file: z.string(),
      }),
    )
    .describe('What the replay made up or left out, and the file that named it first'),
  notCompared: z
    .array(z.strictObject({ kind: z.string(), name: z.string(), because: z.string().optional() }))
    .describe('What no kind covers or could not be read, by name'),
  objects: z.array(block).describe('Every object of the catalog, by name'),
});
