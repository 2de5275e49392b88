import { describe, expect, it } from 'vitest';
import type { ApplyEvent } from '../../src/apply/event.ts';
import type { Diagnostic } from '../../src/errors.ts';
import { renderDiagnostics } from '../../src/render/diagnostics.ts';
import { renderDiff } from '../../src/render/diff.ts';
import { renderDrift } from '../../src/render/drift.ts';
import { describeEvent } from '../../src/render/event.ts';
import { renderDiffJson, renderDriftJson, renderPlanJson, renderStatusJson } from '../../src/render/json.ts';
import { renderDriftMarkdown, renderPlanMarkdown } from '../../src/render/markdown.ts';
import { renderPlan } from '../../src/render/plan.ts';
import { renderRunReport } from '../../src/render/report.ts';
import { renderStatus } from '../../src/render/status.ts';
import { driftReport, runReport, sampleDrift, samplePlan } from './samples.ts';

/** Clears a screen, rings, shows the rest in another order, joins without being seen. */
const hostile = '\u001b[2J\u0007\u202e\u200d\u{e0041}\u009b';
/** Words of ours, which nobody else writes. */
const ours =
  /^(action|decision|danger|severity|outcome|transaction|kind|on|strategy|type|startedAt|within|saferWay)$/;

/** The same value with something hostile in every text that comes from a database, a file or a server. */
function poison<Value>(value: Value, key = ''): Value {
  if (typeof value === 'string') return (ours.test(key) ? value : `${value}${hostile}`) as Value;
  if (Array.isArray(value)) return value.map((item) => poison(item, key)) as Value;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, poison(item, name)])) as Value;
}

const diagnostic: Diagnostic = {
  code: 'syntax',
  severity: 'error',
  subject: 'table:public.t',
  position: { file: 'V1__a.sql', line: 1, column: 3 },
  sourceLine: 'SELECT 1',
  summary: 'relation "t" does not exist',
  detail: 'two\nlines',
  help: 'Look at it.',
};
const plan = poison({
  ...samplePlan,
  notCompared: driftReport.notCompared,
  ignored: driftReport.ignored,
  rehearsal: { outcome: 'failed' as const, diagnostic },
  diagnostics: [diagnostic],
});
const diffReport = poison({
  from: 'empty',
  to: 'postgres://db1/app',
  changes: sampleDrift,
  renameSuggestions: [],
  statements: samplePlan.steps.flatMap(({ statements }) => statements),
  ignored: driftReport.ignored,
  notCompared: [{ kind: 'user mapping', name: 's.u', because: 'only superusers see it' }],
  diagnostics: [diagnostic],
});
const status = poison({
  project: 'shop',
  environments: [
    {
      environment: 'prod',
      database: 'app@db1/prod',
      serverVersion: 170004,
      appliedVersion: '41',
      appliedCount: 41,
      pendingMigrations: [{ script: 'V42__a.sql', version: '42' }],
      drift: sampleDrift,
      ignored: [],
      notCompared: driftReport.notCompared,
      error: diagnostic,
    },
  ],
  diagnostics: [diagnostic],
});
const report = poison({ ...runReport, differences: sampleDrift, error: diagnostic });
const options = { color: false, verbose: true };
const at = { at: '2026-11-21T04:00:00Z' };
const events = [
  { type: 'statement started', step: 0, statement: 0, ...at },
  { type: 'waiting for lock', detail: 'app on db1', ...at },
] as unknown as readonly ApplyEvent[];

describe('nothing that a name or a message holds reaches the terminal as it is', () => {
  const texts: readonly (readonly [string, () => string])[] = [
    ['drift', () => renderDrift(poison(driftReport), options)],
    ['drift as Markdown', () => renderDriftMarkdown(poison(driftReport))],
    ['drift as JSON', () => renderDriftJson(poison(driftReport))],
    ['plan', () => renderPlan(plan, options)],
    ['plan, short', () => renderPlan(plan, { color: false })],
    ['plan as Markdown', () => renderPlanMarkdown(plan)],
    ['plan as JSON', () => renderPlanJson(plan)],
    ['diff', () => renderDiff(diffReport, options)],
    ['diff as JSON', () => renderDiffJson(diffReport)],
    ['status', () => renderStatus(status, options)],
    ['status as JSON', () => renderStatusJson(status)],
    ['report of a run', () => renderRunReport(report, options)],
    ['diagnostics', () => renderDiagnostics(poison([diagnostic]), options)],
    ['events', () => events.map((event) => describeEvent(poison(event), plan)).join('\n')],
  ];
  it.each(texts)('%s', (_, render) => {
    const text = render();
    expect(text).toMatch(/\\u202e/);
    expect(text.replace(/[\n\t]/g, '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  });
});
