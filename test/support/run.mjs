// `npm test`: types, lint, unused code, then the tests. All of them run, whatever fails, so that one run tells
// everything. The last line counts the tests; the exit code is 0 only when every part of it passed.
// Arguments go to vitest: `npm test -- test/diff`. `--whole`: the tests that take a fixed part of what others found
// hard take all of it, which is `npm run test:matrix`. `--soak`: thousands of random schemas from a new seed, which the
// test's name tells; TRUEUP_SEED=… takes the same again. Plain JavaScript, because Node 20 runs no TypeScript.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const scratch = mkdtempSync(join(tmpdir(), 'trueup-results-'));
const results = join(scratch, 'results.json');
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];

const whole = process.argv.includes('--whole');
if (whole) process.env.TRUEUP_MATRIX = 'whole';
if (process.argv.includes('--soak')) process.env.TRUEUP_SOAK ??= '2000';
const args = process.argv.slice(2).filter((argument) => !['--whole', '--soak'].includes(argument));

const failed = [
  ['types', 'typescript/bin/tsc', ['-p', 'tsconfig.json']],
  ['lint', '@biomejs/biome/bin/biome', ['check', '.']],
  ['unused code', 'knip/bin/knip.js', []],
  ['tests', 'vitest/vitest.mjs', ['run', ...reporters, ...args]],
].filter(([, script, options]) => {
  const { status } = spawnSync(process.execPath, [join('node_modules', script), ...options], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return status !== 0;
});

const counts = readCounts(results);
rmSync(scratch, { recursive: true, force: true });
for (const [name] of failed) console.log(`failed: ${name}`);
const skipped = counts.numPendingTests + counts.numTodoTests;
console.log(`${counts.numPassedTests} passed, ${counts.numFailedTests} failed, ${skipped} skipped`);
process.exit(failed.length === 0 && counts.numFailedTests === 0 && counts.numPassedTests > 0 ? 0 : 1);

/** Zeros, which fail the run, when vitest did not come to write its results. */
function readCounts(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };
  }
}
