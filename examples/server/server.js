import { createServer } from 'node:http';
import { migrate, TrueupError } from 'trueup';

// Every replica does this at its start: one applies, the others wait for it, and none serves before it is done.
const options = { cwd: import.meta.dirname, url: process.env.DATABASE_URL, logger: console };
try {
  await migrate({ ...options, verifyOnly: process.env.VERIFY_ONLY === '1' });
} catch (error) {
  if (!(error instanceof TrueupError)) throw error;
  console.error(error.message);
  process.exit(1);
}

const server = createServer((_request, response) => response.end('ready\n'));
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.info(`listening on ${server.address().port}`);
});
process.once('SIGTERM', () => server.close());
