import { scorePairs } from './pairs.ts';

// `npm run bench:plan` takes a twentieth; with TRUEUP_MATRIX=whole all of them.
console.log(await scorePairs(20));
// @pgkit/migra leaves its connections open.
process.exit(0);
