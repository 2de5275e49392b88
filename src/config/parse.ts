import { isAbsolute, normalize } from 'node:path';
import * as z from 'zod';
import { type Diagnostic, TrueupError } from '../errors.ts';
import {
  type Backups,
  defaultCompare,
  onDriftPolicies,
  type ParsedConfig,
  type ParsedEnvironment,
  type Timeouts,
} from './config.ts';
import { parseDuration } from './duration.ts';
import { nearest } from './nearest.ts';

const text = z.string().trim().min(1);
const duration = z
  .union([z.string(), z.number()])
  .refine((value) => parseDuration(value) !== null, { message: 'a duration such as 500ms, 3s, 5min, or 0' });
const timeouts = z.strictObject({ lock: duration.optional(), statement: duration.optional() });
const roles = z.record(text, text).optional();
const passwordCommand = z.array(text).min(1).optional();
/** Files are written inside the project, and read from nowhere else. */
const folder = text.refine((path) => !isAbsolute(path) && !normalize(path).startsWith('..'), {
  message: 'a folder inside the project',
});
const backup = z
  .strictObject({
    enabled: z.boolean().optional(),
    limitMegabytes: z.number().nonnegative().optional(),
    directory: folder.optional(),
  })
  .optional();
const environment = z.strictObject({
  url: text.optional(),
  passwordCommand,
  onDrift: z.enum(onDriftPolicies).optional(),
  protected: z.boolean().optional(),
  online: z.boolean().optional(),
  timeouts: timeouts.optional(),
  roles,
  backup,
});
const schema = z.strictObject({
  name: text.optional(),
  migrations: text.optional(),
  url: text.optional(),
  passwordCommand,
  environments: z.record(z.string(), environment).optional(),
  defaultEnvironment: text.optional(),
  replay: z.strictObject({ url: text.optional(), passwordCommand }).optional(),
  extensions: z.strictObject({ standIn: z.array(text).optional() }).optional(),
  online: z.boolean().optional(),
  timeouts: timeouts.optional(),
  largeTableMegabytes: z.number().nonnegative().optional(),
  backup,
  compare: z
    .strictObject({
      owners: z.boolean().optional(),
      grants: z.boolean().optional(),
      comments: z.boolean().optional(),
      tablespaces: z.boolean().optional(),
      columnOrder: z.boolean().optional(),
    })
    .optional(),
  roles,
});

/**
 * Turns what a configuration file holds into a `ParsedConfig`. `file` is the name for messages. Throws one
 * `TrueupError` with every bad key and value.
 */
export function parseConfig(raw: unknown, file: string): ParsedConfig {
  const result = schema.safeParse(raw);
  if (!result.success) {
    throw new TrueupError(result.error.issues.flatMap((issue) => describeIssue(issue, raw, file)));
  }
  const config = result.data;
  const all = toTimeouts(config.timeouts, { lockMs: 3000, statementMs: 0 });
  const environments = new Map(
    Object.entries(config.environments ?? {}).map(([name, parsed]) => [
      name,
      withDefaults(parsed, all, config),
    ]),
  );
  const { defaultEnvironment } = config;
  if (defaultEnvironment !== undefined && !environments.has(defaultEnvironment)) {
    throw new TrueupError([unknownDefault(defaultEnvironment, [...environments.keys()], file)]);
  }
  const ambiguous = [
    ...ambiguousRoles(['roles'], config.roles ?? {}, file),
    ...[...environments].flatMap(([name, { roles }]) =>
      ambiguousRoles(['environments', name, 'roles'], Object.fromEntries(roles), file),
    ),
  ];
  if (ambiguous.length > 0) throw new TrueupError(ambiguous);
  return {
    name: config.name ?? null,
    migrations: config.migrations ?? 'migrations',
    url: config.url ?? null,
    passwordCommand: config.passwordCommand ?? null,
    environments,
    defaultEnvironment: defaultEnvironment ?? null,
    replay: { url: config.replay?.url ?? null, passwordCommand: config.replay?.passwordCommand ?? null },
    extensions: { standIn: config.extensions?.standIn ?? [] },
    online: config.online ?? true,
    timeouts: all,
    largeTableMegabytes: config.largeTableMegabytes ?? 100,
    backup: toBackups(config.backup),
    compare: { ...defaultCompare, ...given(config.compare ?? {}) },
    roles: new Map(Object.entries(config.roles ?? {})),
  };
}

function withDefaults(
  parsed: z.infer<typeof environment>,
  all: Timeouts,
  { roles, backup }: Pick<z.infer<typeof schema>, 'roles' | 'backup'>,
): ParsedEnvironment {
  return {
    url: parsed.url ?? null,
    passwordCommand: parsed.passwordCommand ?? null,
    onDrift: parsed.onDrift ?? null,
    protected: parsed.protected ?? false,
    online: parsed.online ?? null,
    timeouts: toTimeouts(parsed.timeouts, all),
    roles: new Map(Object.entries({ ...roles, ...parsed.roles })),
    backup: toBackups({ ...given(backup ?? {}), ...given(parsed.backup ?? {}) }),
  };
}

function toBackups(parsed: z.infer<typeof backup>): Backups | null {
  if (parsed?.enabled === false) return null;
  return { limitMegabytes: parsed?.limitMegabytes ?? 1024, directory: parsed?.directory ?? null };
}

function toTimeouts(parsed: z.infer<typeof timeouts> | undefined, otherwise: Timeouts): Timeouts {
  const read = (value: string | number | undefined) => (value === undefined ? null : parseDuration(value));
  return {
    lockMs: read(parsed?.lock) ?? otherwise.lockMs,
    statementMs: read(parsed?.statement) ?? otherwise.statementMs,
  };
}

/** The keys that were given a value. */
function given<T extends object>(partial: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(partial).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** Two roles of live that would be one role of the migrations could not be told apart. */
function ambiguousRoles(
  path: readonly string[],
  roles: { readonly [live: string]: string },
  file: string,
): readonly Diagnostic[] {
  const byName = new Map<string, string[]>();
  for (const [live, own] of Object.entries(roles)) byName.set(own, [...(byName.get(own) ?? []), live]);
  return [...byName]
    .filter(([, names]) => names.length > 1)
    .map(([own, names]) =>
      problem(
        file,
        path,
        `${format(path)} maps ${names.map((name) => `"${name}"`).join(' and ')} to "${own}".`,
        'Each role of the migrations is one role of live.',
      ),
    );
}

function describeIssue(issue: z.core.$ZodIssue, raw: unknown, file: string): readonly Diagnostic[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const keys = keysAt(path);
    return issue.keys.map((key) => {
      const near = nearest(key, keys);
      return problem(
        file,
        [...path, key],
        `Unknown key ${format([...path, key])}.`,
        `The keys here are: ${keys.join(', ')}.`,
        near ? `Did you mean ${format([...path, near])}?` : undefined,
      );
    });
  }
  const found = describeValue(valueAt(raw, path));
  const place = path.length === 0 ? 'The configuration' : format(path);
  return [problem(file, path, `${place} must be ${expected(issue)}; found ${found}.`)];
}

function expected(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') {
    return `one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
  }
  if (issue.code === 'too_small')
    return issue.origin === 'number'
      ? 'zero or more'
      : issue.origin === 'array'
        ? 'a list that is not empty'
        : 'a text that is not empty';
  if (issue.code !== 'invalid_type') return issue.message;
  const words: Readonly<Record<string, string>> = {
    string: 'a text',
    number: 'a number',
    boolean: 'true or false',
    array: 'a list',
    object: 'an object',
    record: 'an object',
  };
  return words[issue.expected] ?? issue.expected;
}

/** Shows the type and, of what cannot hold a secret, the value. */
function describeValue(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'string')
    return value.trim() === '' ? 'an empty text' : /[:/@]/.test(value) ? 'a text' : JSON.stringify(value);
  if (typeof value === 'number' || typeof value === 'boolean') return `the ${typeof value} ${value}`;
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** The keys that are known at a path: the schema is asked, so that a new key is known here too. */
function keysAt(path: readonly string[]): readonly string[] {
  let at: unknown = schema;
  for (const key of path) {
    at = unwrap(at);
    if (at instanceof z.ZodObject) at = at.shape[key];
    else if (at instanceof z.ZodRecord) at = at.valueType;
  }
  at = unwrap(at);
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

function unwrap(type: unknown): unknown {
  return type instanceof z.ZodOptional ? type.unwrap() : type;
}

function valueAt(raw: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    raw,
  );
}

function unknownDefault(name: string, names: readonly string[], file: string): Diagnostic {
  const near = nearest(name, names);
  return problem(
    file,
    ['defaultEnvironment'],
    `defaultEnvironment names "${name}", which is not one of the environments.`,
    names.length === 0
      ? 'The configuration has no environments.'
      : `The environments are: ${names.join(', ')}.`,
    near ? `Did you mean ${near}?` : undefined,
  );
}

/** `environments.prod.url`, `extensions.standIn[1]`. */
function format(path: readonly string[]): string {
  return path.map((key, index) => (/^\d+$/.test(key) ? `[${key}]` : index === 0 ? key : `.${key}`)).join('');
}

function problem(
  file: string,
  path: readonly string[],
  summary: string,
  detail?: string,
  help?: string,
): Diagnostic {
  return {
    code: 'config-key',
    severity: 'error',
    ...(path.length === 0 ? {} : { subject: format(path) }),
    position: { file },
    summary,
    ...(detail === undefined ? {} : { detail }),
    ...(help === undefined ? {} : { help }),
  };
}
