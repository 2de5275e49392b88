import { describe, expect, it } from 'vitest';
import { hazard } from '../../src/plan/hazards.ts';
import { renderDiff } from '../../src/render/diff.ts';
import { renderDrift } from '../../src/render/drift.ts';
import { renderPlanMarkdown } from '../../src/render/markdown.ts';
import { renderPlan } from '../../src/render/plan.ts';
import { renderRunReport } from '../../src/render/report.ts';
import { renderStatus } from '../../src/render/status.ts';
import { formatDuration } from '../../src/render/words.ts';
import { altered, created, driftReport, planned, runReport, sampleDrift, samplePlan } from './samples.ts';

const plain = { color: false };

describe('renderDrift', () => {
  it('groups by schema and table, and always says what is left out', () => {
    expect(renderDrift(driftReport, plain)).toBe(
      [
        'Drift of prod (app@db1/prod, PostgreSQL 17.4)',
        'Compared with the migrations that its history says are applied: version 41',
        '',
        '(no schema)',
        '  + extension citext extra',
        'public',
        '  + table public.extra extra with 2 columns',
        '  public.users',
        '    - index public.users_email_idx missing',
        '    ~ column public.users.age changed',
        '        type: integer → bigint',
        '        default value: none → 0',
        'shop',
        '  > table shop.order → shop.orders renamed',
        '',
        '7 objects: 4 extra, 1 missing, 1 changed, 1 renamed',
        'Ignored by .trueupignore: 1 change',
        'Not compared: 3 objects, of kinds that Trueup does not compare yet',
        '  cast: (a AS b)',
        '  policy: o on public.users, p on public.users',
        '',
      ].join('\n'),
    );
  });

  it('says that there is none, with the ignored count', () => {
    const text = renderDrift({ ...driftReport, drift: [], notCompared: [] }, plain);
    expect(text).toContain('No drift.\nIgnored by .trueupignore: 1 change\n');
    expect(text).not.toContain('Not compared');
  });

  it('names each ignored change and its rule with verbose', () => {
    expect(renderDrift(driftReport, { color: false, verbose: true })).toContain(
      '  index public.a_tmp_idx by index:public.*_tmp_idx: by night\n',
    );
  });

  it('shows of a text of several lines the lines that differ', () => {
    const body = (line: string) => ['BEGIN', line, '  RETURN 1;', 'END'].join('\n');
    const change = altered('function:public.f()', 'schema:public', [
      { name: 'body', before: body('  old();'), after: body('  new();') },
    ]);
    const text = renderDrift({ ...driftReport, drift: [change] }, plain);
    expect(text).toContain('      body:\n        -   old();\n        +   new();\n');
    expect(text).not.toContain('RETURN');
  });

  it('cuts a long text unless verbose', () => {
    const lines = (word: string) => Array.from({ length: 40 }, (_, index) => `${word} ${index}`).join('\n');
    const drift = [
      altered('function:public.f()', null, [{ name: 'body', before: lines('a'), after: lines('b') }]),
    ];
    expect(renderDrift({ ...driftReport, drift }, plain)).toContain('… 56 more lines (-v shows them)');
    expect(renderDrift({ ...driftReport, drift }, { color: false, verbose: true })).toContain('+ b 39');
  });

  it('escapes what a name could do to the terminal', () => {
    const text = renderDrift(
      { ...driftReport, drift: [created('table:public."a\u001b[2J\nb\u202e"')] },
      plain,
    );
    expect(text).toContain('\\u001b[2J\\u000ab\\u202e');
    expect(text).not.toMatch(/[\u001b\u202e]/);
  });
});

describe('renderPlan', () => {
  it('shows decisions, steps with their hazards, what commits together, and the proof', () => {
    expect(renderPlan(samplePlan, plain)).toBe(
      [
        'Plan for app@db1/prod (PostgreSQL 17.4): version 41 → 42',
        '',
        'Drift: 1 extra, 1 missing',
        'public',
        '  + table public.extra extra [revert]',
        '  - index public.users_email_idx missing [leave]',
        '  [revert: live is made to conform]',
        '  [leave: undecided, stays as it is]',
        '',
        'Pending: 1 created',
        'public',
        '  + column public.users.email created',
        '',
        'Steps: 2 steps, 1 transaction, 1 part outside a transaction: what is committed stays when a later part fails',
        '  ── part 1 of 2: in one transaction; if it fails, no other part is done ──',
        '  1. repair drift',
        '       DROP TABLE "public"."extra";',
        '         ! DATA LOSS drop-table:public.extra: All rows of public.extra are lost.',
        '  2. V42__add_email.sql',
        '       ALTER TABLE users ADD email text -- later NOT NULL; V42__add_email.sql:3:1',
        '  ── part 2 of 2: outside a transaction; if it fails, part 1 stays done ──',
        '  2. V42__add_email.sql',
        '       CREATE INDEX CONCURRENTLY users_email … V42__add_email.sql:5:1',
        '',
        'Rehearsal: proven: 0 differences (rehearsed in 812 ms)',
        'Data loss: 1 loss to accept by name, with',
        '  --accept drop-table:public.extra',
        'Ignored by .trueupignore: 0 changes',
        '',
      ].join('\n'),
    );
  });

  it('shows migrations in full with verbose', () => {
    expect(renderPlan(samplePlan, { color: false, verbose: true })).toContain('         ON users (email);\n');
  });

  it('writes out the way around a rewrite with verbose, and in Markdown', () => {
    const instead = '-- 1. expand\nALTER TABLE "users" ADD COLUMN "email_new" text;';
    const hazards = [{ ...hazard('rewrite', 'public.users', { table: 'public.users' }), instead }];
    const steps = samplePlan.steps.map((step) => ({
      ...step,
      statements: step.statements.map((statement) => ({ ...statement, hazards })),
    }));
    const plan = { ...samplePlan, steps };
    expect(renderPlan(plan, plain)).not.toContain('email_new');
    expect(renderPlan(plan, { color: false, verbose: true })).toContain(
      '\n             -- 1. expand\n             ALTER TABLE "users" ADD COLUMN "email_new" text;\n',
    );
    expect(renderPlanMarkdown(plan)).toContain(`Without the rewrite:\n\n\`\`\`sql\n${instead}\n\`\`\`\n`);
  });

  it.each([
    [{ outcome: 'skipped', reason: 'no engine has postgis' } as const, 'skipped: no engine has postgis'],
    [
      { outcome: 'differs', differences: sampleDrift.slice(0, 1), durationMs: 1 } as const,
      '+ table public.extra created',
    ],
    [
      {
        outcome: 'failed',
        diagnostic: {
          code: '42P01',
          severity: 'error',
          summary: 'relation "a" does not exist',
          help: 'Look.',
        },
      } as const,
      'help: Look.',
    ],
  ])('says why nothing is proven: $0.outcome', (rehearsal, words) => {
    const text = renderPlan({ ...samplePlan, rehearsal }, plain);
    expect(text).toContain('Rehearsal: not proven: ');
    expect(text).toContain(words);
  });

  it('says that there is nothing to do', () => {
    const text = renderPlan(
      { ...samplePlan, drift: [], pending: [], steps: [], segments: [], versionAfter: '41' },
      plain,
    );
    expect(text).toContain('version 41 (unchanged)\n\nNo drift.\n\nNothing to do.\n');
  });

  it('names the migrations that are taken as applied', () => {
    const [, step] = samplePlan.steps;
    const assumed = step?.migration ? [step.migration] : [];
    expect(renderPlan({ ...samplePlan, assumed }, plain)).toContain(
      'Assumed: 1 migration recorded as applied, not run\n  V42__add_email.sql\n',
    );
  });
});

describe('renderDiff', () => {
  it('shows changes and SQL', () => {
    const text = renderDiff(
      {
        from: 'empty',
        to: 'migrations',
        changes: [created('schema:shop')],
        renameSuggestions: [],
        statements: [planned('CREATE SCHEMA "shop"')],
        ignored: [],
        notCompared: [],
        diagnostics: [],
      },
      plain,
    );
    expect(text).toContain(
      'Diff from empty to migrations\n\n(no schema)\n  + schema shop created\n\n1 object: 1 created\n',
    );
    expect(text).toContain('SQL\n  CREATE SCHEMA "shop";\n');
  });
});

describe('renderStatus', () => {
  it('is a table of the environments, with what is pending and what failed below', () => {
    const text = renderStatus(
      {
        project: 'shop',
        environments: [
          {
            environment: 'prod',
            database: 'app@db1/prod',
            serverVersion: 170004,
            appliedVersion: '41',
            appliedCount: 40,
            pendingMigrations: [{ script: 'V42__add_email.sql', version: '42' }],
            drift: sampleDrift,
            ignored: driftReport.ignored,
            notCompared: [{ kind: 'policy', name: 'p on t' }],
            error: null,
          },
          {
            environment: 'dev',
            database: 'app@localhost/dev',
            serverVersion: null,
            appliedVersion: null,
            appliedCount: null,
            pendingMigrations: null,
            drift: null,
            ignored: [],
            notCompared: [],
            error: {
              code: 'ECONNREFUSED',
              severity: 'error',
              summary: 'The server is down.',
              help: 'Start it.',
            },
          },
        ],
        diagnostics: [],
      },
      plain,
    );
    expect(text).toBe(
      [
        'shop',
        '',
        'environment  database           server  version  applied  pending  drift                                     ignored',
        'prod         app@db1/prod       17.4    41       40       1        4 extra, 1 missing, 1 changed, 1 renamed  1',
        'dev          app@localhost/dev  ?       ?        ?        ?        ?                                         0',
        '',
        'prod: 1 pending migration',
        '  V42__add_email.sql',
        '',
        'prod: 1 object not compared',
        '  policy: p on t',
        '',
        'dev: error: The server is down. (ECONNREFUSED)',
        '  help: Start it.',
        '',
      ].join('\n'),
    );
  });
});

describe('renderRunReport', () => {
  it('says which migrations ran, how long each took, and the versions', () => {
    expect(renderRunReport(runReport, plain)).toBe(
      [
        'Success: app@db1/prod, version 41 → 42, 2.4 s',
        'step                outcome  time   statements  rows',
        'repair drift        applied  12 ms  1           0',
        'V42__add_email.sql  applied  1.4 s  2           7',
        'Verification: live is target: 0 differences',
        'run r1, started 2026-11-21T04:00:00Z, Trueup 0.1.0',
        '',
      ].join('\n'),
    );
  });

  it('says of a failure what was applied and what was not', () => {
    const [first, second] = runReport.steps;
    const failed = {
      ...runReport,
      outcome: 'failed' as const,
      versionAfter: '41',
      differences: null,
      error: { code: '23505', severity: 'error' as const, summary: 'duplicate key' },
    };
    const some = [first, { ...second, outcome: 'failed' as const, kept: 0 }].filter(
      (step) => step?.title !== undefined,
    );
    expect(renderRunReport({ ...failed, steps: some as typeof runReport.steps }, plain)).toContain(
      'error: duplicate key (23505)\n1 of 2 steps applied and committed; 1 not.\n',
    );
    const partly = runReport.steps.map((step) => ({ ...step, outcome: 'failed' as const, kept: 1 }));
    expect(renderRunReport({ ...failed, steps: partly }, plain)).toContain(
      '0 of 2 steps applied and committed; 2 not, 2 of these in part.\n',
    );
    const none = runReport.steps.map((step) => ({ ...step, outcome: 'rolled back' as const, kept: 0 }));
    expect(renderRunReport({ ...failed, steps: none }, plain)).toContain(
      'Nothing was applied; the database is as it was before.',
    );
  });

  it('names what differs after the run', () => {
    expect(renderRunReport({ ...runReport, differences: [created('schema:shop')] }, plain)).toContain(
      'Verification: live differs from target in 1 object\n(no schema)\n  + schema shop created\n',
    );
  });
});

describe('formatDuration', () => {
  it.each([
    [0.4, '0 ms'],
    [999, '999 ms'],
    [1000, '1.0 s'],
    [59_940, '59.9 s'],
    [59_960, '1 min 0 s'],
    [192_000, '3 min 12 s'],
  ])('%d ms is %s', (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(text);
  });
});
