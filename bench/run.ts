import { arch, availableParallelism, cpus, loadavg, platform } from 'node:os';
import { measureBatch } from './batch.ts';
import { measureCatalogs } from './catalogs.ts';
import { measureProcesses } from './process.ts';
import { measureReplay } from './replay.ts';
import { measureReview } from './review.ts';
import { renderRows } from './table.ts';

// Only ratios of one run mean anything: the machine and what else it does are in all of them.
const load = () => loadavg()[0]?.toFixed(1);
const loadBefore = load();
const rows = [
  ...(await measureProcesses()),
  ...(await measureReplay(['triggerdev', 'crates-io'])),
  ...(await measureCatalogs()),
  ...(await measureBatch()),
  ...(await measureReview()),
];
console.log(
  `${platform()} ${arch()}, ${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}, ` +
    `load ${loadBefore} before and ${load()} after\n`,
);
console.log(renderRows(rows));
// @pgkit/migra leaves its connections open.
process.exit(0);
