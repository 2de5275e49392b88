import { matchesText, parseFilter } from './filter.ts';
import type { ReviewData } from './port.ts';
import type { Row, RowOptions } from './rows.ts';

/** The History tab: one row a run. */
export function historyRows(data: ReviewData, options: RowOptions): readonly Row[] {
  const terms = parseFilter(options.filter);
  return data.history
    .filter((run) =>
      matchesText(`${run.runId} ${run.by} ${run.outcome} ${run.startedAt} ${run.versionAfter}`, terms),
    )
    .map((run): Row => ({ type: 'run', key: `run ${run.runId}`, depth: 0, run }));
}
