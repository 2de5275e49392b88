import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Short files that run long: taken for short ones they would start last, and one core would wait for them at the end. */
const long = ['property/plan.test.ts', 'corpus/corpus.test.ts', 'faults/kill.test.ts', 'end-to-end/'];

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => long.some((path) => moduleId.includes(path));
    return (await super.sort(files)).sort((a, b) => Number(isLong(b)) - Number(isLong(a)));
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    globalSetup: ['test/support/setup.ts'],
    sequence: { sequencer: LongFirst },
    // Two cores: more workers only make PostgreSQL servers and PGlite instances wait for each other.
    maxWorkers: 2,
    // Most files start an embedded PostgreSQL for seconds: optimizing its functions soon costs a fifth of the whole.
    execArgv: ['--wasm-tiering-budget=100000000', '--min-semi-space-size=32'],
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
