import { readFileSync } from 'node:fs';

/** Trueup's own version, from its package.json: kept in plans and in history. */
export const toolVersion: string = readVersion();

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}
