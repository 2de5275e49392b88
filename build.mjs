// `npm run build`: the library file by file with its types, for those who import it; and the command as a few large
// files, because Node takes about as long to find four hundred small ones as PostgreSQL to start.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

rmSync('dist', { recursive: true, force: true });
const { status } = spawnSync(
  process.execPath,
  ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'],
  {
    stdio: 'inherit',
  },
);
// Types that are wrong are told; what they are of is built all the same.
process.exitCode = status ?? 1;

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
// Pure modules of many files; everything else is left where npm puts it.
const bundled = ['diff', 'zod'];
await build({
  entryPoints: { trueup: 'src/cli.ts', 'embedded-worker': 'src/database/embedded-worker.ts' },
  outdir: 'dist/cli',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  external: Object.keys(dependencies).filter((name) => !bundled.includes(name)),
  logLevel: 'warning',
});
