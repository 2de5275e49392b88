import type { RunReport } from '../../src/apply/event.ts';
import type { CatalogObject, Properties } from '../../src/catalog/kind.ts';
import { parseId } from '../../src/catalog/object.ts';
import type { Change } from '../../src/diff/change.ts';
import { hazard } from '../../src/plan/hazards.ts';
import type { Plan, PlannedMigration, PlannedStatement } from '../../src/plan/plan.ts';
import type { DriftReport } from '../../src/render/drift.ts';

/** Hand-made values for the renderers' tests. */
function object(id: string, parent: string | null, properties: Properties = {}): CatalogObject {
  return {
    ref: parseId(id),
    ...(parent === null ? {} : { parent: parseId(parent) }),
    address: { classid: 0, objid: 0, objsubid: 0 },
    properties,
  };
}

export function created(id: string, parent: string | null = null, within: string | null = null): Change {
  return {
    id,
    action: 'create',
    before: null,
    after: object(id, parent, { note: 'x' }),
    properties: [],
    within,
  };
}

function dropped(id: string, parent: string | null = null): Change {
  return { id, action: 'drop', before: object(id, parent), after: null, properties: [], within: null };
}

export function altered(id: string, parent: string | null, properties: Change['properties']): Change {
  const both = object(id, parent);
  return { id, action: 'alter', before: both, after: both, properties, within: null };
}

function renamed(from: string, to: string, parent: string | null): Change {
  return {
    id: to,
    action: 'rename',
    before: object(from, parent),
    after: object(to, parent),
    properties: [],
    within: null,
  };
}

export function planned(sql: string, extra: Partial<PlannedStatement> = {}): PlannedStatement {
  return { sql, hazards: [], transaction: 'inside', object: null, position: null, ...extra };
}

export const sampleDrift: readonly Change[] = [
  created('table:public.extra', 'schema:public'),
  created('column:public.extra.id', 'table:public.extra', 'table:public.extra'),
  created('column:public.extra.name', 'table:public.extra', 'table:public.extra'),
  dropped('index:public.users_email_idx', 'table:public.users'),
  altered('column:public.users.age', 'table:public.users', [
    { name: 'type', before: 'integer', after: 'bigint' },
    { name: 'defaultValue', before: null, after: '0' },
  ]),
  renamed('table:shop.order', 'table:shop.orders', 'schema:shop'),
  created('extension:citext'),
];

export const driftReport: DriftReport = {
  database: 'app@db1/prod',
  serverVersion: 170004,
  environment: 'prod',
  appliedVersion: '41',
  snapshot: null,
  drift: sampleDrift,
  renameSuggestions: [],
  ignored: [
    {
      change: created('index:public.a_tmp_idx', 'table:public.users'),
      rule: 'index:public.*_tmp_idx',
      reason: 'by night',
    },
  ],
  notCompared: [
    { kind: 'policy', name: 'p on public.users' },
    { kind: 'cast', name: '(a AS b)' },
    { kind: 'policy', name: 'o on public.users' },
  ],
  diagnostics: [],
};

const migration: PlannedMigration = {
  key: '42',
  kind: 'versioned',
  version: '42',
  description: 'add email',
  script: 'V42__add_email.sql',
  checksum: 'abc',
  text: '',
};

export const samplePlan: Plan = {
  formatVersion: 1,
  toolVersion: '0.1.0',
  database: 'app@db1/prod',
  liveServerVersion: 170004,
  liveFingerprint: 'live1',
  targetFingerprint: 'target1',
  strategy: 'scripts',
  versionBefore: '41',
  versionAfter: '42',
  snapshot: null,
  drift: [
    { change: created('table:public.extra', 'schema:public'), decision: 'revert' },
    { change: dropped('index:public.users_email_idx', 'table:public.users'), decision: 'leave' },
  ],
  ignored: [],
  pending: [created('column:public.users.email', 'table:public.users')],
  steps: [
    {
      kind: 'repair',
      title: 'repair drift',
      migration: null,
      statements: [
        planned('DROP TABLE "public"."extra"', {
          object: 'table:public.extra',
          hazards: [hazard('drop-table', 'public.extra')],
        }),
      ],
    },
    {
      kind: 'migration',
      title: 'V42__add_email.sql',
      migration,
      statements: [
        planned('ALTER TABLE users ADD email text -- later NOT NULL', {
          position: { file: 'migrations/ddl/V42__add_email.sql', line: 3, column: 1 },
        }),
        planned('CREATE INDEX CONCURRENTLY users_email\n  ON users (email)', {
          transaction: 'outside',
          position: { file: 'migrations/ddl/V42__add_email.sql', line: 5, column: 1 },
        }),
      ],
    },
  ],
  segments: [
    {
      transaction: true,
      statements: [
        { step: 0, statement: 0 },
        { step: 1, statement: 0 },
      ],
      completes: [0],
    },
    { transaction: false, statements: [{ step: 1, statement: 1 }], completes: [1] },
  ],
  assumed: [],
  rehearsal: { outcome: 'proven', durationMs: 812 },
  notCompared: [],
  diagnostics: [],
};

export const runReport: RunReport = {
  formatVersion: 1,
  runId: 'r1',
  outcome: 'success',
  database: 'app@db1/prod',
  toolVersion: '0.1.0',
  startedAt: '2026-11-21T04:00:00Z',
  durationMs: 2410,
  versionBefore: '41',
  versionAfter: '42',
  steps: [
    {
      title: 'repair drift',
      kind: 'repair',
      version: null,
      outcome: 'applied',
      durationMs: 12,
      statements: 1,
      kept: 1,
      rows: 0,
    },
    {
      title: 'V42__add_email.sql',
      kind: 'migration',
      version: '42',
      outcome: 'applied',
      durationMs: 1400,
      statements: 2,
      kept: 2,
      rows: 7,
    },
  ],
  putBack: [],
  differences: [],
  error: null,
};
