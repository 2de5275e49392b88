import { describe, expect, it } from 'vitest';
import {
  renderDiffJson,
  renderDriftJson,
  renderPlanJson,
  renderRunReportJson,
  renderStatusJson,
} from '../../src/render/json.ts';
import { driftReport, planned, runReport, sampleDrift, samplePlan } from './samples.ts';

describe('renderDriftJson', () => {
  const document = JSON.parse(renderDriftJson(driftReport));

  it('has its members in one order', () => {
    expect(Object.keys(document)).toEqual([
      'formatVersion',
      'command',
      'summary',
      'target',
      'snapshot',
      'drift',
      'renameSuggestions',
      'pending',
      'plan',
      'ignored',
      'notCompared',
      'diagnostics',
    ]);
    expect(document.summary).toEqual({
      changes: 7,
      create: 4,
      alter: 1,
      rename: 1,
      drop: 1,
      ignored: 1,
      notCompared: 3,
    });
    expect(document.target).toEqual({
      environment: 'prod',
      database: 'app@db1/prod',
      serverVersion: 170004,
      appliedVersion: '41',
    });
  });

  it('describes each change', () => {
    expect(document.drift[4]).toEqual({
      id: 'column:public.users.age',
      kind: 'column',
      identity: { path: ['public', 'users', 'age'], signature: null, on: null },
      action: 'alter',
      renamedFrom: null,
      within: null,
      properties: [
        { name: 'type', before: 'integer', after: 'bigint' },
        { name: 'defaultValue', before: null, after: '0' },
      ],
      hazards: null,
      sql: null,
      source: 'live',
    });
    expect(document.drift[0].properties).toEqual([{ name: 'note', before: null, after: 'x' }]);
    expect(document.drift[5].renamedFrom).toEqual(['shop', 'order']);
    expect(document.ignored[0]).toMatchObject({ rule: 'index:public.*_tmp_idx', reason: 'by night' });
  });
});

describe('renderPlanJson', () => {
  const document = JSON.parse(renderPlanJson(samplePlan));

  it('names decisions with the statements that carry them out', () => {
    expect(document.drift).toMatchObject([
      { id: 'table:public.extra', decision: 'revert', sql: ['DROP TABLE "public"."extra"'], source: 'live' },
      { id: 'index:public.users_email_idx', decision: 'leave', sql: [] },
    ]);
    expect(document.drift[0].hazards).toMatchObject([
      { code: 'drop-table', danger: 'data loss', severity: 'danger' },
    ]);
  });

  it('has every statement with the part it commits in', () => {
    expect(
      document.plan.map((step: { statements: { segment: number }[] }) =>
        step.statements.map((s) => s.segment),
      ),
    ).toEqual([[0], [0, 1]]);
    expect(document.plan[1].migration).toMatchObject({ script: 'V42__add_email.sql', version: '42' });
    expect(document.summary).toMatchObject({
      statements: 3,
      dataLoss: 1,
      rehearsal: 'proven',
      versionAfter: '42',
    });
  });
});

it('renderDiffJson ties SQL to its change', () => {
  const [change] = sampleDrift;
  if (!change) throw new Error('no sample');
  const document = JSON.parse(
    renderDiffJson({
      from: 'empty',
      to: 'migrations',
      changes: [change],
      renameSuggestions: [],
      statements: [planned('CREATE TABLE t ()', { object: change.id })],
      ignored: [],
      notCompared: [],
      diagnostics: [{ code: 'x', severity: 'note', summary: 's' }],
    }),
  );
  expect(document).toMatchObject({
    command: 'diff',
    from: 'empty',
    to: 'migrations',
    changes: [{ sql: ['CREATE TABLE t ()'], source: 'comparison' }],
    diagnostics: [{ code: 'x', position: null, help: null }],
  });
});

it('renderStatusJson sums what is known', () => {
  const known = {
    environment: 'prod',
    database: 'd',
    serverVersion: 170004,
    appliedVersion: '41',
    appliedCount: 3,
    pendingMigrations: [{ script: 'V42__a.sql', version: '42' }],
    drift: sampleDrift,
    ignored: [],
    notCompared: [],
    error: null,
  };
  const unknown = {
    ...known,
    pendingMigrations: null,
    drift: null,
    error: { code: 'x', severity: 'error' as const, summary: 's' },
  };
  const document = JSON.parse(
    renderStatusJson({ project: null, environments: [known, unknown], diagnostics: [] }),
  );
  expect(document.summary).toEqual({ environments: 2, drift: 7, pending: 1, errors: 1 });
  expect(document.environments[1].drift).toBeNull();
});

it('renderRunReportJson keeps every step with its time', () => {
  const document = JSON.parse(renderRunReportJson(runReport));
  expect(document).toMatchObject({
    formatVersion: 1,
    command: 'apply',
    summary: { outcome: 'success', applied: 2, notApplied: 0, differences: 0 },
    versionBefore: '41',
    versionAfter: '42',
    steps: [{ durationMs: 12 }, { title: 'V42__add_email.sql', durationMs: 1400 }],
    differences: [],
    error: null,
  });
});
