import { type Diagnostic, TrueupError } from '../errors.ts';
import type { OnlineChoice } from '../plan/online.ts';
import type { Backups, OnDrift, ParsedConfig, Timeouts } from './config.ts';
import { parseDatabaseUrl } from './database-url.ts';
import { nearest } from './nearest.ts';

/** The live database a command works on. URLs hold passwords: show `describeUrl` of them. */
export type SelectedDatabase = {
  /** Name of the environment; null when none was chosen. */
  readonly environment: string | null;
  readonly url: string;
  /** A program and its arguments, which prints the password; null with a URL asked for, which it is not meant for. */
  readonly passwordCommand: readonly string[] | null;
  /** The server to replay on; null: the embedded PostgreSQL. */
  readonly replay: Pick<SelectedDatabase, 'url' | 'passwordCommand'> | null;
  readonly onDrift: OnDrift;
  readonly protected: boolean;
  readonly online: OnlineChoice;
  readonly timeouts: Timeouts;
  /** What is saved before it is destroyed; null: nothing. */
  readonly backup: Backups | null;
};

/** What the command line asked for; it wins over the configuration. */
export type DatabaseRequest = {
  readonly environment?: string | undefined;
  readonly url?: string | undefined;
  readonly replayUrl?: string | undefined;
  readonly onDrift?: OnDrift | undefined;
  readonly online?: OnlineChoice | undefined;
};

/** The environment variables, as an argument. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Live's names of roles and the migrations' names of them, for the database that `selectDatabase` chooses. */
export function selectRoles(
  config: ParsedConfig,
  { environment, url }: DatabaseRequest,
): ReadonlyMap<string, string> {
  const name = environment ?? (url === undefined ? config.defaultEnvironment : null);
  return (name === null ? undefined : config.environments.get(name)?.roles) ?? config.roles;
}

/** Where the embedded live database of a project without a URL is kept, under the project's root. */
const defaultUrl = 'pglite:.trueup/live';

/**
 * Chooses the live database: the URL asked for, else the environment's, else the configuration's, else
 * `defaultUrl`. Placeholders of the chosen URLs alone are resolved: a variable of prod need not be set to
 * work on dev. Throws one `TrueupError` with everything that is wrong.
 */
export function selectDatabase(
  config: ParsedConfig,
  request: DatabaseRequest,
  variables: Variables,
): SelectedDatabase {
  const name = request.environment ?? (request.url === undefined ? config.defaultEnvironment : null);
  const environment = name === null ? undefined : config.environments.get(name);
  const diagnostics: Diagnostic[] = [];
  if (name !== null && !environment) diagnostics.push(unknownEnvironment(name, config));
  const url = firstUrl(
    [
      ['--url', request.url],
      [`environments.${name}.url`, environment?.url],
      ['url', config.url],
    ],
    variables,
    diagnostics,
  );
  const replayUrl = firstUrl(
    [
      ['--replay-url', request.replayUrl],
      ['replay.url', config.replay.url],
    ],
    variables,
    diagnostics,
  );
  if (diagnostics.length > 0) throw new TrueupError(diagnostics);
  return {
    environment: name,
    url: url ?? defaultUrl,
    passwordCommand:
      request.url === undefined ? (environment?.passwordCommand ?? config.passwordCommand) : null,
    replay:
      replayUrl === null
        ? null
        : {
            url: replayUrl,
            passwordCommand: request.replayUrl === undefined ? config.replay.passwordCommand : null,
          },
    onDrift: request.onDrift ?? environment?.onDrift ?? 'fail',
    protected: environment?.protected ?? false,
    online: request.online ?? ((environment?.online ?? config.online) ? 'auto' : 'never'),
    timeouts: environment?.timeouts ?? config.timeouts,
    backup: environment ? environment.backup : config.backup,
  };
}

function firstUrl(
  sources: readonly (readonly [setting: string, url: string | null | undefined])[],
  variables: Variables,
  diagnostics: Diagnostic[],
): string | null {
  for (const [setting, template] of sources) {
    if (template === null || template === undefined) continue;
    try {
      const url = resolvePlaceholders(template, variables, setting);
      parseDatabaseUrl(url, setting);
      return url;
    } catch (error) {
      if (!(error instanceof TrueupError)) throw error;
      diagnostics.push(...error.diagnostics);
      return null;
    }
  }
  return null;
}

/**
 * Puts variables in the place of `${NAME}`. One in the user or password place holds plain text and is
 * percent-encoded here; anywhere else it is taken as it is, so that a variable may hold a whole URL. Throws
 * `TrueupError` naming every variable that is not set; no value is ever part of a message.
 */
export function resolvePlaceholders(template: string, variables: Variables, setting: string): string {
  const missing: Diagnostic[] = [];
  const credentialsEnd = template.lastIndexOf('@');
  const credentialsStart = template.indexOf('://');
  const text = template.replace(/\$\{([^}]*)\}/g, (whole, name: string, offset: number) => {
    const value = variables[name];
    if (value === undefined || value === '') {
      missing.push({
        code: 'config-variable',
        severity: 'error',
        subject: setting,
        summary: `${setting} needs the environment variable ${name}, which is ${value === '' ? 'empty' : 'not set'}.`,
        help: `Set ${name}, or give the URL with --url.`,
      });
      return whole;
    }
    const inCredentials = credentialsStart >= 0 && offset > credentialsStart && offset < credentialsEnd;
    return inCredentials ? encodeURIComponent(value) : value;
  });
  if (missing.length > 0) throw new TrueupError(missing);
  return text;
}

function unknownEnvironment(name: string, config: ParsedConfig): Diagnostic {
  const names = [...config.environments.keys()];
  const near = nearest(name, names);
  return {
    code: 'config-environment',
    severity: 'error',
    subject: name,
    summary: `There is no environment "${name}".`,
    detail:
      names.length === 0
        ? 'The configuration has no environments.'
        : `The environments are: ${names.join(', ')}.`,
    help: near ? `Did you mean ${near}?` : 'Add it under `environments` in the configuration, or give --url.',
  };
}
