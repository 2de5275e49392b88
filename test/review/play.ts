// The review on made-up data, to be looked at by a person: node_modules/.bin/tsx test/review/play.ts [--fail] [--ascii] [--clean] [--safe]
import { setTimeout as wait } from 'node:timers/promises';
import { runReview } from '../../src/review/runtime.ts';
import { data, makePort } from './fixture.ts';

const flags = new Set(process.argv.slice(2));
const port = makePort({
  ...(flags.has('--fail') ? { failAt: 3 } : {}),
  ...(flags.has('--clean') ? { data: { ...data, drift: [], pending: [], ignored: [], notes: [] } } : {}),
  safe: flags.has('--safe'),
  loading: async (onProgress) => {
    for (let migration = 1; migration <= 41; migration++) {
      onProgress(`replaying ${migration}/41`);
      await wait(15);
    }
    onProgress('introspecting live');
    await wait(300);
  },
  planning: () => wait(1_000),
  gate: (event) => wait(event.type === 'statement finished' ? 1_200 : 100),
});
const result = await runReview(port, {
  stdin: process.stdin,
  stdout: process.stdout,
  env: process.env,
  ascii: flags.has('--ascii'),
  databaseLabel: 'app@db1/shop',
  edit: async () => false,
  commands: { review: 'trueup review -e prod', apply: 'trueup apply -e prod' },
});
console.log(result.summary);
process.exitCode = result.exitCode;
