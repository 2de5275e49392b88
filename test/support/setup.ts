import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { type Major, majors, type PostgresServer, removeLeftovers, startPostgres } from './postgres.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Answers `GET /<major>` with the URL of that PostgreSQL. Tests call `serverUrl` instead. */
    serversAddress: string;
  }
}

/**
 * Runs once for all test files: builds dist, for the tests that run the command line, and offers the
 * PostgreSQL servers. Each starts when a test first asks for it and stops with the run, so that a test
 * file which needs none waits for none.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeLeftovers();
  await build();
  const servers = new Map<Major, Promise<PostgresServer>>();
  const desk = createServer((request, response) => {
    const major = majors.find((candidate) => request.url === `/${candidate}`);
    if (major === undefined) {
      response.writeHead(404).end(`no PostgreSQL at ${request.url}`);
      return;
    }
    const server = servers.get(major) ?? startPostgres(major);
    servers.set(major, server);
    server.then(
      ({ url }) => response.writeHead(200).end(url),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  desk.listen(0, '127.0.0.1');
  await once(desk, 'listening');
  const address = desk.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP port to be had on 127.0.0.1');
  project.provide('serversAddress', `http://127.0.0.1:${address.port}`);
  return async () => {
    desk.closeAllConnections();
    desk.close();
    // A server that failed to start has told its tests and cleaned up after itself.
    const started = await Promise.allSettled(servers.values());
    await Promise.all(started.map(async (result) => result.status === 'fulfilled' && result.value.stop()));
  };
}

/** Type errors are `npm test`'s to report: dist is written in spite of them, and other tests need not wait for them. */
async function build(): Promise<void> {
  await promisify(execFile)(process.execPath, ['build.mjs']).catch((error: unknown) => {
    const output = error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error);
    console.error(`dist is built in spite of type errors:\n${output.slice(0, 2_000)}`);
  });
}
