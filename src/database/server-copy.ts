import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { toDatabaseError } from './driver-error.ts';

/** `Session.copyOut` on a server's connection. */
export async function copyOut(
  client: Client,
  query: string,
  write: (chunk: Uint8Array) => Promise<void>,
): Promise<void> {
  const { to } = await import('pg-copy-streams');
  let failed: { readonly error: unknown } | null = null;
  try {
    // All of it is read in any case: the connection speaks of nothing else before.
    for await (const chunk of client.query(to(`COPY (${query}) TO STDOUT`))) {
      if (failed) continue;
      await write(chunk).catch((error: unknown) => {
        failed = { error };
      });
    }
  } catch (error) {
    throw toDatabaseError(error, '08006');
  }
  // Narrowed to null by what TypeScript sees of the callback.
  const told = failed as { readonly error: unknown } | null;
  if (told) throw told.error;
}

/** `Session.copyIn` on a server's connection. */
export async function copyIn(
  client: Client,
  target: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<number> {
  const { from } = await import('pg-copy-streams');
  const stream = client.query(from(`COPY ${target} FROM STDIN`));
  try {
    await pipeline(Readable.from(chunks, { objectMode: false }), stream);
  } catch (error) {
    throw toDatabaseError(error, '08006');
  }
  return stream.rowCount;
}
