import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Where the network is cut around a COMMIT: which of its messages, or part of one, still gets through. */
export const cuts = [
  'before the query',
  'within the query',
  'after the query',
  'within the answer',
  'between the answer and ready',
  'after ready',
] as const;
export type Cut = (typeof cuts)[number];

export type Proxy = {
  /** The URL with the proxy in the place of the server. */
  readonly url: string;
  /** Cuts at the next COMMIT, once. */
  arm(cut: Cut): void;
  /** How many cuts were made. */
  readonly cutCount: () => number;
  [Symbol.asyncDispose](): Promise<void>;
};

/**
 * A TCP proxy that knows the protocol's framing. `onMessage` sees each message of a client before it is passed on, and
 * returns false to keep it back; with it comes the process id of the server's process for that client. Source: PostgreSQL manual, "Message Flow".
 */
export async function startProxy(
  url: string,
  onMessage: (message: Buffer, backendPid: number) => boolean = () => true,
): Promise<Proxy> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let armed: Cut | null = null;
  let count = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      // Else small messages wait for the acknowledgement of those before them, 40 ms each.
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    }
    let answering: Cut | null = null;
    let isCut = false;
    let backendPid = 0;
    const cut = () => {
      if (!isCut) count += 1;
      isCut = true;
      client.destroy();
      upstream.destroy();
    };
    const toServer = frames(true, (message) => {
      if (!onMessage(message, backendPid)) return;
      const isCommit = message.toString('latin1', 0, 1) === 'Q' && message.toString('utf8', 5) === 'COMMIT\0';
      if (isCommit && armed !== null) {
        answering = armed;
        armed = null;
        if (answering === 'before the query') return cut();
        if (answering === 'within the query') {
          upstream.write(message.subarray(0, 8));
          return cut();
        }
      }
      upstream.write(message);
    });
    const toClient = frames(false, (message) => {
      if (message.toString('latin1', 0, 1) === 'K') backendPid = message.readInt32BE(5);
      if (answering !== null) {
        const isReady = message.toString('latin1', 0, 1) === 'Z';
        // The answer has come: the COMMIT is done, whoever hears of it.
        if (answering === 'after the query') return cut();
        if (answering === 'within the answer') {
          client.write(message.subarray(0, 3), cut);
          return;
        }
        if (isReady && answering === 'between the answer and ready') return cut();
        if (isReady) {
          answering = null;
          client.write(message, cut);
          return;
        }
      }
      client.write(message);
    });
    client.on('data', toServer);
    upstream.on('data', toClient);
    // Also when the client was killed, which resets the connection: the server is told what it would be told without us.
    client.on('close', () => upstream.end());
    // Also when the server reset the connection, as it does when it goes with a message unread.
    upstream.on('close', () => client.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const through = new URL(url);
  through.port = String(typeof address === 'object' ? address?.port : '');
  return {
    url: through.href,
    arm: (cut) => {
      armed = cut;
    },
    cutCount: () => count,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Calls back with whole messages. The first one of a client has no type. */
function frames(startsUntyped: boolean, onMessage: (message: Buffer) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  let untyped = startsUntyped;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const head = untyped ? 0 : 1;
      if (rest.length < head + 4) return;
      const length = head + rest.readInt32BE(head);
      if (rest.length < length) return;
      const message = rest.subarray(0, length);
      rest = rest.subarray(length);
      untyped = false;
      onMessage(Buffer.from(message));
    }
  };
}
