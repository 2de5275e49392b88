import { matchesSubject, parseFilter } from './filter.ts';
import type { Evolution } from './history.ts';
import type { ReviewData } from './port.ts';
import type { Row, RowOptions } from './rows.ts';

/** The History tab: the runs, then what each version made of the schema, newest first. */
export function historyRows(data: ReviewData, evolution: Evolution, options: RowOptions): readonly Row[] {
  const terms = parseFilter(options.filter);
  const isFolded = (key: string) => terms.length === 0 && options.toggled.has(key);
  const heading = (type: 'runs' | 'versions', label: string, count: number): Row => {
    return { type, key: type, depth: 0, label, count, foldable: count > 0, folded: isFolded(type) };
  };
  const runs = data.history.filter((run) => {
    const text = `${run.runId} ${run.by} ${run.outcome} ${run.startedAt} ${run.versionAfter}`;
    return matchesSubject({ text }, terms);
  });
  const rows: Row[] = [heading('runs', 'Runs', runs.length)];
  if (!isFolded('runs')) {
    rows.push(...runs.map((run): Row => ({ type: 'run', key: `run ${run.runId}`, depth: 1, run })));
  }
  const versions = evolution.status === 'read' ? evolution.versions : [];
  const shown = versions
    .map((version, index) => ({ version, index }))
    .filter(({ version }) => {
      const changed = version.changes.map(({ id }) => id);
      return matchesSubject({ text: `${version.script} ${changed.join(' ')}`, ids: () => changed }, terms);
    })
    .reverse();
  rows.push(heading('versions', 'Versions', shown.length));
  if (isFolded('versions')) return rows;
  for (const { version, index } of shown) {
    rows.push({ type: 'version', key: `version ${version.script}`, depth: 1, index, version });
  }
  return rows;
}
