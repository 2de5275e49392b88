import type { ApplyEvent, RunReport, ServerProgress } from '../../src/apply/event.ts';
import { formatId, type ObjectId, type ObjectRef } from '../../src/catalog/object.ts';
import type { Change } from '../../src/diff/change.ts';
import type { AnsweredPair } from '../../src/diff/kept-renames.ts';
import type { RunStatement } from '../../src/migrations/history.ts';
import { loadScanner } from '../../src/migrations/statements.ts';
import { type Hazard, hazard } from '../../src/plan/hazards.ts';
import type {
  Decision,
  Plan,
  PlannedMigration,
  PlannedStatement,
  Segment,
  Step,
} from '../../src/plan/plan.ts';
import type { SchemaVersion } from '../../src/review/history.ts';
import type { LiveCheck } from '../../src/review/live-check.ts';
import type { Neighbourhood } from '../../src/review/map.ts';
import type { ObjectFacts, ReviewChange, ReviewData, ReviewPort } from '../../src/review/port.ts';

/** A ticket shop in production that has drifted: what the screens are looked at with. */
export const data: ReviewData = {
  header: {
    environment: 'prod',
    database: 'app@db1/shop',
    databaseName: 'shop',
    isProtected: false,
    serverVersion: '17.4',
    appliedVersion: '41',
    appliedCount: 41,
    pendingCount: 3,
    rollbackTo: null,
  },
  drift: [
    item({
      ref: { kind: 'column', path: ['public', 'users', 'email'] },
      group: 'table:public.users',
      action: 'alter',
      before: 'ALTER TABLE "public"."users" ADD COLUMN "email" varchar(120) NOT NULL;',
      after: 'ALTER TABLE "public"."users" ADD COLUMN "email" varchar(255) NOT NULL;',
      statements: [
        planned('ALTER TABLE "public"."users" ALTER COLUMN "email" TYPE varchar(120)', [
          hazard('narrow-type', 'public.users.email', { from: 'varchar(255)', to: 'varchar(120)' }),
          hazard('rewrite', 'public.users', { table: 'public.users' }),
        ]),
      ],
    }),
    item({
      ref: { kind: 'index', path: ['public', 'users_tmp_idx'] },
      group: 'table:public.users',
      action: 'create',
      before: null,
      after:
        'CREATE INDEX users_tmp_idx ON public.users USING btree (lower(email)) WHERE (deleted_at IS NULL);',
      statements: [planned('DROP INDEX "public"."users_tmp_idx"')],
    }),
    item({
      ref: { kind: 'constraint', path: ['public', 'orders', 'orders_user_fk'] },
      group: 'table:public.orders',
      action: 'drop',
      before:
        'ALTER TABLE "public"."orders" ADD CONSTRAINT "orders_user_fk" FOREIGN KEY (user_id) REFERENCES public.users(id);',
      after: null,
      statements: [
        planned(
          'ALTER TABLE "public"."orders" ADD CONSTRAINT "orders_user_fk" FOREIGN KEY (user_id) REFERENCES public.users(id)',
          [hazard('full-scan', 'public.orders', { waiting: 'writes' })],
        ),
      ],
      impossible: { adopt: 'A missing foreign key cannot be adopted while V42 needs it.' },
    }),
    item({
      ref: { kind: 'table', path: ['public', 'users_backup'] },
      action: 'create',
      before: null,
      after: 'CREATE TABLE "public"."users_backup" (\n  "id" bigint NOT NULL,\n  "email" text\n);',
      statements: [
        planned('DROP TABLE "public"."users_backup"', [hazard('drop-table', 'public.users_backup')]),
      ],
    }),
    item({
      ref: { kind: 'column', path: ['public', 'users_backup', 'id'] },
      group: 'table:public.users_backup',
      within: 'table:public.users_backup',
      action: 'create',
      before: null,
      after: '"id" bigint NOT NULL',
      statements: [],
    }),
    item({
      ref: { kind: 'function', path: ['auth', 'login'], signature: 'text, text' },
      action: 'alter',
      before: body('  RETURN QUERY SELECT id FROM users WHERE name = p_name;'),
      after: body('  RETURN QUERY SELECT id FROM users WHERE name = lower(p_name);'),
      statements: [planned(body('  RETURN QUERY SELECT id FROM users WHERE name = p_name;'))],
    }),
  ],
  pending: [
    item({
      ref: { kind: 'column', path: ['public', 'users', 'phone'] },
      group: 'table:public.users',
      action: 'create',
      before: null,
      after: 'ALTER TABLE "public"."users" ADD COLUMN "phone" text;',
      statements: [],
    }),
    item({
      ref: { kind: 'column', path: ['public', 'users', 'legacy'] },
      group: 'table:public.users',
      action: 'drop',
      before: 'ALTER TABLE "public"."users" ADD COLUMN "legacy" text;',
      after: null,
      statements: [],
    }),
  ],
  renames: [],
  unfinished: null,
  ignored: [
    {
      change: change({ kind: 'index', path: ['public', 'pg_stat_tmp_idx'] }, 'create', null),
      rule: 'index:public.*_tmp_idx',
      reason: 'made by the nightly report',
    },
  ],
  notes: ['not compared: publication reporting'],
  history: [
    {
      runId: 'r-0041',
      startedAt: '2026-11-02T03:04:05Z',
      by: 'deploy',
      outcome: 'success',
      versionBefore: '40',
      versionAfter: '41',
      durationMs: 1_212,
    },
    {
      runId: 'r-0040',
      startedAt: '2026-10-28T03:02:00Z',
      by: 'deploy',
      outcome: 'failed',
      versionBefore: '40',
      versionAfter: '40',
      durationMs: 3_400,
    },
  ],
  facts: ({ id }) => factsOf(id),
  subjects: ({ object, sql }) => (object ? [object] : /phone/.test(sql) ? ['column:public.users.phone'] : []),
  neighbourhood: (id) => neighbourhoodOf(id),
};

/** A plan for `data`: a repair, two migrations in its transaction, one index outside, one more migration. */
export function makePlan(
  decisions: ReadonlyMap<ObjectId, Decision>,
  options: { readonly safe?: boolean } = {},
): Plan {
  const reverted = data.drift.filter((one) => decisions.get(one.change.id) === 'revert');
  const repair: Step = {
    kind: 'repair',
    title: 'repair drift',
    migration: null,
    statements: reverted.flatMap((one) => one.statements),
  };
  const drop = planned(
    'ALTER TABLE users DROP COLUMN legacy',
    options.safe ? [] : [hazard('drop-column', 'public.users.legacy')],
  );
  const steps: readonly Step[] = [
    ...(repair.statements.length > 0 ? [repair] : []),
    migration('42', 'add phone', [
      planned('ALTER TABLE users ADD COLUMN phone text'),
      planned("COMMENT ON COLUMN users.phone IS 'E.164'"),
    ]),
    migration('43', 'orders idx', [
      planned('CREATE INDEX CONCURRENTLY orders_created_idx\n  ON orders (created_at)', [], 'outside'),
    ]),
    migration('44', 'drop legacy', [drop]),
  ];
  const segments: readonly Segment[] = segmentsOf(steps);
  return {
    formatVersion: 1,
    toolVersion: '0.1.0',
    database: 'app@db1/shop',
    liveServerVersion: 170_004,
    liveFingerprint: '9f3c5a7712ab',
    targetFingerprint: 'c0ffee001122',
    strategy: 'scripts',
    versionBefore: '41',
    versionAfter: '44',
    snapshot: null,
    drift: data.drift.map((one) => ({
      change: one.change,
      decision: decisions.get(one.change.id) ?? 'leave',
    })),
    ignored: data.ignored,
    pending: data.pending.map((one) => one.change),
    steps,
    segments,
    assumed: data.drift.some((one) => decisions.get(one.change.id) === 'adopt') ? [adopted] : [],
    rehearsal: { outcome: 'proven', durationMs: 812 },
    notCompared: [{ kind: 'publication', name: 'reporting' }],
    diagnostics: [],
  };
}

const adopted: PlannedMigration = {
  key: '45',
  kind: 'versioned',
  version: '45',
  description: 'adopt drift',
  script: 'V45__adopt_drift.sql',
  checksum: '0'.repeat(32),
  text: '-- Adopts what was changed outside migrations:\n\nCREATE INDEX users_tmp_idx ON public.users (lower(email));\n',
};

/** All that happens when a plan is applied; with `failAt` the statement of that sequence number fails. */
export function eventsOf(plan: Plan, options: { readonly failAt?: number } = {}): readonly ApplyEvent[] {
  const events: ApplyEvent[] = [{ type: 'run started', runId: 'r-0042' }];
  const applied = new Set<number>();
  let number = 0;
  for (const [index, segment] of plan.segments.entries()) {
    events.push({ type: 'segment started', segment: index });
    for (const { step, statement } of segment.statements) {
      events.push({ type: 'statement started', step, statement });
      if (number++ === options.failAt) {
        events.push({ type: 'statement failed', step, statement, diagnostic: lockTimeout });
        events.push({ type: 'segment rolled back', segment: index });
        events.push({ type: 'file written', is: 'report', file: reportFile });
        events.push({ type: 'run finished', report: reportOf(plan, applied, index) });
        return events;
      }
      events.push({ type: 'statement finished', step, statement, durationMs: 53, rowCount: null });
    }
    for (const step of segment.completes) events.push({ type: 'step finished', step, durationMs: 106 });
    if (index === 0 && plan.assumed[0]) {
      const file = `migrations/${plan.assumed[0].script}`;
      events.push({ type: 'file written', is: 'migration', file });
    }
    events.push({ type: 'segment committed', segment: index });
    for (const step of segment.completes) applied.add(step);
  }
  events.push({ type: 'verifying' });
  if (plan.drift.some(({ decision }) => decision === 'ignore'))
    events.push({ type: 'file written', is: 'ignore rules', file: '.trueupignore' });
  events.push({ type: 'file written', is: 'report', file: reportFile });
  events.push({ type: 'run finished', report: reportOf(plan, applied, null) });
  return events;
}

const reportFile = '.trueup/runs/20261103T010000-f3a91c07.json';

export const lockTimeout = {
  code: '55P03',
  severity: 'error',
  position: { file: 'migrations/V44__drop_legacy.sql', line: 12, column: 13 },
  summary: 'canceling statement due to lock timeout',
  sourceLine: 'ALTER TABLE users DROP COLUMN legacy;',
  help: 'Find who holds the lock in pg_locks, or raise lock_timeout.',
} as const;

/** A port over the data above, in which a test decides when each event comes: `gate` is awaited before each one. */
export function makePort(
  options: {
    readonly failAt?: number;
    readonly safe?: boolean;
    readonly data?: ReviewData;
    readonly gate?: (event: ApplyEvent) => Promise<void>;
    readonly loading?: (onProgress: (line: string) => void) => Promise<void>;
    readonly planning?: () => Promise<void>;
    readonly check?: () => LiveCheck;
    readonly progress?: ServerProgress;
    readonly versions?: () => Promise<void>;
    readonly calls?: string[];
    /** How long answers take to be kept. */
    readonly writing?: () => Promise<void>;
    /** No answer can be kept. */
    readonly readOnly?: boolean;
  } = {},
): ReviewPort {
  let kept: readonly AnsweredPair[] = [];
  return {
    answerRenames: async (answers) => {
      await options.writing?.();
      if (options.readOnly) return { data: answered(options.data ?? data, answers), problem: 'EACCES' };
      kept = answers;
      return { data: answered(options.data ?? data, kept), problem: null };
    },
    load: async ({ resuming }, onProgress) => {
      options.calls?.push(resuming ? `load and settle, in doubt: ${resuming.inDoubt}` : 'load');
      onProgress('connecting');
      await options.loading?.(onProgress);
      return answered(options.data ?? data, kept);
    },
    plan: async (decisions) => {
      options.calls?.push(`plan ${[...decisions].map(([id, decision]) => `${decision} ${id}`).join(', ')}`);
      await options.planning?.();
      return makePlan(decisions, options);
    },
    apply: async function* (plan, notes, signal) {
      for (const [id, { reason, until }] of notes) options.calls?.push(`ignore ${id} ${reason} ${until}`);
      options.calls?.push('apply');
      for (const event of eventsOf(plan, options)) {
        await options.gate?.(event);
        if (signal.aborted && event.type === 'statement started') {
          options.calls?.push('stopped');
          yield {
            type: 'run finished',
            report: { ...reportOf(plan, new Set(), null), outcome: 'interrupted' },
          };
          return;
        }
        yield event;
      }
    },
    loadScanner,
    check: async () => options.check?.() ?? { isMoved: false, moved: [], losses: [] },
    readProgress: async () => options.progress ?? null,
    readVersions: async (onProgress) => {
      onProgress('version 3/44');
      await options.versions?.();
      return versions;
    },
    readRunStatements: async (runId) => (runId === 'r-0040' ? runStatements : []),
    cancel: async () => {
      options.calls?.push('cancel');
    },
  };
}

function reportOf(plan: Plan, applied: ReadonlySet<number>, failedSegment: number | null): RunReport {
  const failedSteps = new Set(plan.segments[failedSegment ?? -1]?.statements.map((at) => at.step) ?? []);
  const failed = failedSegment !== null;
  return {
    formatVersion: 1,
    runId: 'r-0042',
    outcome: failed ? 'failed' : 'success',
    database: plan.database,
    toolVersion: '0.1.0',
    startedAt: '2026-11-03T01:00:00Z',
    durationMs: 1_480,
    versionBefore: '41',
    versionAfter: failed ? '43' : '44',
    steps: plan.steps.map((step, index) => ({
      title: step.title,
      kind: step.kind,
      version: step.migration?.version ?? null,
      outcome: applied.has(index) ? 'applied' : failedSteps.has(index) ? 'failed' : 'not run',
      durationMs: 106,
      statements: step.statements.length,
      kept: applied.has(index) ? step.statements.length : 0,
      rows: 0,
    })),
    putBack: [],
    differences: failed ? null : [],
    error: failed ? lockTimeout : null,
  };
}

type ItemFacts = {
  readonly ref: ObjectRef;
  readonly group?: ObjectId;
  readonly within?: ObjectId;
  readonly action: Change['action'];
  readonly before: string | null;
  readonly after: string | null;
  readonly statements: readonly PlannedStatement[];
  readonly impossible?: ReviewChange['impossible'];
};

/** One reviewed change from its facts. */
export function item(facts: ItemFacts): ReviewChange {
  return {
    change: change(facts.ref, facts.action, facts.within ?? null),
    schema: facts.ref.path[0] ?? null,
    group: facts.group ?? null,
    definitionBefore: facts.before,
    definitionAfter: facts.after,
    statements: facts.statements,
    hazards: facts.statements.flatMap((statement) => statement.hazards),
    impossible: facts.impossible ?? {},
  };
}

function change(ref: ObjectRef, action: Change['action'], within: ObjectId | null): Change {
  return { id: formatId(ref), action, before: null, after: null, properties: [], within };
}

/** A statement without a place in a file. */
export function planned(
  sql: string,
  hazards: readonly Hazard[] = [],
  transaction: PlannedStatement['transaction'] = 'inside',
): PlannedStatement {
  return { sql, hazards, transaction, object: null, position: null };
}

function migration(version: string, description: string, statements: readonly PlannedStatement[]): Step {
  const script = `V${version}__${description.replaceAll(' ', '_')}.sql`;
  const planned: PlannedMigration = {
    key: version,
    kind: 'versioned',
    version,
    description,
    script,
    checksum: '0'.repeat(32),
    text: statements.map((statement) => `${statement.sql};\n`).join(''),
  };
  const placed = statements.map((statement, index) => ({
    ...statement,
    position: { file: `migrations/${script}`, line: index + 1, column: 1 },
  }));
  return { kind: 'migration', title: script, migration: planned, statements: placed };
}

function segmentsOf(steps: readonly Step[]): readonly Segment[] {
  const segments: {
    transaction: boolean;
    statements: { step: number; statement: number }[];
    completes: number[];
  }[] = [];
  for (const [step, { statements }] of steps.entries()) {
    for (const [statement, { transaction }] of statements.entries()) {
      const inside = transaction === 'inside';
      const last = segments.at(-1);
      if (last && inside && last.transaction) last.statements.push({ step, statement });
      else segments.push({ transaction: inside, statements: [{ step, statement }], completes: [] });
    }
    segments.at(-1)?.completes.push(step);
  }
  return segments;
}

function body(line: string): string {
  const lines = Array.from({ length: 12 }, (_, index) => `  -- step ${index + 1}`);
  return [
    'CREATE OR REPLACE FUNCTION auth.login(p_name text, p_password text)',
    ' RETURNS SETOF bigint LANGUAGE plpgsql AS $$',
    'BEGIN',
    ...lines,
    line,
    'END',
    '$$;',
  ].join('\n');
}

function factsOf(id: ObjectId): ObjectFacts {
  if (id !== 'column:public.users.email') return { dependents: [], statements: [] };
  const at = (script: string, line: number, sql: string, applied: boolean) => ({
    script,
    position: { file: `migrations/${script}`, line, column: 1 },
    sql,
    applied,
  });
  return {
    dependents: ['index:public.users_email_key', 'view:public.mailing_list'],
    statements: [
      at('V43__email.sql', 2, 'COMMENT ON COLUMN users.email IS NULL', false),
      at('V12__email.sql', 3, 'ALTER TABLE users ALTER COLUMN email SET NOT NULL', true),
      at('V1__users.sql', 1, 'CREATE TABLE users (\n  email varchar(120)\n)', true),
    ],
  };
}

const versions: readonly SchemaVersion[] = Array.from({ length: 44 }, (_, index) => {
  const version = index + 1;
  const grown = version === 12 ? 1 : 2 + (version % 5);
  return {
    script: `V${version}__${version === 12 ? 'email' : 'more_tables'}.sql`,
    version: String(version),
    applied: version > 41 ? null : { by: 'deploy', on: '2026-10-01T03:04:05.000000Z' },
    objectCount: version * 3,
    changes: [
      ...(version === 12
        ? [{ action: 'drop' as const, id: 'view:public.old_mail', follows: false }]
        : [{ action: 'create' as const, id: `table:public.t${version}`, follows: false }]),
      { action: 'alter' as const, id: 'column:public.users.email', follows: false },
      ...Array.from({ length: grown }, (_, column) => ({
        action: 'create' as const,
        id: `column:public.t${version}.c${column}`,
        follows: true,
      })),
    ],
  };
});

const runStatements: readonly RunStatement[] = [
  {
    title: 'V41__orders.sql',
    sql: 'CREATE TABLE orders (id bigint)',
    outcome: 'rolled back',
    durationMs: 12,
    rowCount: null,
    error: null,
  },
  {
    title: 'V41__orders.sql',
    sql: 'INSERT INTO orders SELECT 1',
    outcome: 'failed',
    durationMs: 3,
    rowCount: 1,
    error: 'duplicate key value (23505)',
  },
];

function neighbourhoodOf(id: ObjectId): Neighbourhood | null {
  const unchanged = { drift: 0, pending: 0 };
  if (id === 'table:public.orders') {
    return {
      center: { id, drift: 1, pending: 0 },
      parts: [{ kind: 'column', count: 5 }],
      neighbours: [{ ...unchanged, id: 'table:public.users', relation: 'refers to', via: 'orders_user_fk' }],
    };
  }
  if (!id.includes('public.users')) return null;
  return {
    center: { id: 'table:public.users', drift: 2, pending: 2 },
    parts: [
      { kind: 'column', count: 7 },
      { kind: 'index', count: 2 },
    ],
    neighbours: [
      { id: 'table:public.orders', relation: 'referred to by', via: 'orders_user_fk', drift: 1, pending: 0 },
      { ...unchanged, id: 'table:public.logins', relation: 'referred to by', via: 'logins_user_fk' },
      { ...unchanged, id: 'table:public.countries', relation: 'refers to', via: 'users_country_fk' },
      { ...unchanged, id: 'view:public.mailing_list', relation: 'used by', via: null },
      { ...unchanged, id: 'domain:public.email_address', relation: 'uses', via: null },
    ],
  };
}

/** The data with answers, and two changes told as the one rename that they are said to be. */
function answered(found: ReviewData, answers: readonly AnsweredPair[]): ReviewData {
  let { drift } = found;
  const renames = found.renames.map((one) => ({
    ...one,
    answer: answers.find(({ from, to }) => from === one.from && to === one.to)?.answer ?? null,
  }));
  for (const { from, to } of answers.filter(({ answer }) => answer === 'renamed')) {
    const after = drift.find(({ change }) => change.id === to);
    drift = drift
      .filter(({ change }) => change.id !== to)
      .map((one) =>
        one.change.id === from && after
          ? {
              ...one,
              change: { ...one.change, action: 'rename' as const },
              definitionAfter: after.definitionAfter,
            }
          : one,
      );
  }
  return { ...found, drift, renames };
}
