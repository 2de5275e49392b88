import { execFile, execFileSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Major } from './postgres.ts';

/** Whether this machine can make a provider of security labels: no package of PostgreSQL ships one. */
export const canMakeProvider: boolean = platform() === 'linux' && hasCompiler();

function hasCompiler(): boolean {
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Takes every label for every object, as the providers "dummy" and "Other one". */
const source = (major: Major) => `
struct values { int version, funcmaxargs, indexmaxkeys, namedatalen, float8byval; char abi[32]; };
static const struct { int len; struct values values; ${major >= 18 ? 'const char *name, *version;' : ''} } magic =
  { ${major >= 15 ? 'sizeof(magic)' : 'sizeof(magic) - 32'}, { ${major * 100}, 100, 32, 64, 1, "PostgreSQL" } };
const void *Pg_magic_func(void) { return &magic; }
extern void register_label_provider(const char *, void (*)(const void *, const char *));
static void check(const void *object, const char *label) { (void) object; (void) label; }
void _PG_init(void) { register_label_provider("dummy", check); register_label_provider("Other one", check); }
`;

/** Builds the module for servers of that major. A session has it whose URL is `withProvider`. Removed when disposed of. */
export async function makeProvider(
  major: Major,
): Promise<{ readonly file: string; [Symbol.asyncDispose](): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'trueup-labels-'));
  // Servers of the tests may run as another account.
  await chmod(directory, 0o755);
  const [code, file] = [join(directory, 'labels.c'), join(directory, 'labels.so')];
  await writeFile(code, source(major));
  await promisify(execFile)('cc', ['-shared', '-fPIC', '-o', file, code]);
  return { file, [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) };
}

/** The URL of a database, for sessions that have the provider. */
export function withProvider(url: string, file: string): string {
  const changed = new URL(url);
  changed.searchParams.set('options', `-csession_preload_libraries=${file}`);
  return changed.href;
}
