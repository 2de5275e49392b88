import { z } from 'zod';

const manifest = z.strictObject({
  formatVersion: z.literal(1),
  name: z.string(),
  database: z.string(),
  runId: z.string(),
  /** ISO 8601, UTC. */
  savedAt: z.string(),
  title: z.string(),
  schema: z.string(),
  table: z.string(),
  key: z.array(z.string()).readonly(),
  lost: z.array(z.string()).readonly().nullable(),
  /** Of the rows in the file, in their order; types as SQL writes them, with their schemas. */
  columns: z.array(z.strictObject({ name: z.string(), type: z.string() })).readonly(),
  rows: z.number(),
  /** Of the file as it lies there, in hex. */
  sha256: z.string(),
});

/** What a backup's manifest says of it, beside its file. */
export type Manifest = Readonly<z.infer<typeof manifest>>;

/** Reads a manifest. Throws `Error` for what is none. */
export function parseManifest(text: string): Manifest {
  const { data, error } = manifest.safeParse(JSON.parse(text));
  if (data) return data;
  throw new Error(`it is no manifest: ${z.prettifyError(error).replaceAll('\n', ' ')}`);
}
