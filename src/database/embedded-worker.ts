import { Readable } from 'node:stream';
import { parentPort } from 'node:worker_threads';
import { loadEngine, openEmbedded } from './embedded.ts';
import {
  type Answer,
  type Call,
  type NumberedCall,
  packError,
  type SessionFacts,
} from './embedded-messages.ts';
import { DatabaseError, type Session } from './session.ts';

// The thread of one embedded PostgreSQL: see embedded-thread.ts. It loads the engine at once, and a failure to do
// so is met again, and told, when it is opened.
const port = parentPort;
let session: Session | null = null;
void loadEngine().catch(() => undefined);

port?.on('message', (call: NumberedCall) => {
  handle(call).then(
    (value) => send({ id: call.id, value }),
    (error: unknown) => send({ id: call.id, error: packError(error) }),
  );
});

function send(answer: Answer): void {
  port?.postMessage(answer);
}

async function handle(call: Call): Promise<unknown> {
  if (call.call === 'open') {
    session = await openEmbedded({ ...call.options, onProgress: (progress) => send({ progress }) });
    const facts: SessionFacts = { serverVersion: session.serverVersion, label: session.label };
    return facts;
  }
  if (!session) throw new DatabaseError('the session is closed', { code: '08003' });
  if (call.call === 'query') return session.query(call.sql, call.values);
  if (call.call === 'queryAll') return session.queryAll(call.queries);
  if (call.call === 'exec') return session.exec(call.sql);
  if (call.call === 'copyOut') {
    const chunks: Uint8Array[] = [];
    await session.copyOut(call.query, async (chunk) => void chunks.push(chunk));
    return chunks;
  }
  if (call.call === 'copyIn') return session.copyIn(call.target, Readable.from(call.chunks));
  return session.close();
}
