import type { Diagnostic } from '../errors.ts';

/** Why a server could not be spoken to, and what to do about it. `label` must hold no password. */
export function diagnoseConnection(error: unknown, label: string): Diagnostic {
  const code = codeOf(error);
  const message = messageOf(error);
  const known = explain(code, message);
  return {
    code: known.code,
    severity: 'error',
    subject: label,
    summary: `Cannot connect to ${label}: ${known.reason}.`,
    ...(message === '' ? {} : { detail: code && !message.includes(code) ? `${message} (${code})` : message }),
    help: known.help,
  };
}

type Explanation = { readonly code: string; readonly reason: string; readonly help: string };

function explain(code: string | undefined, message: string): Explanation {
  switch (code) {
    case 'ECONNREFUSED':
    case 'ENOENT':
      return {
        code: 'server-down',
        reason: 'no server listens there',
        help: 'Start the server, or correct the host and port in the URL.',
      };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return { code: 'unknown-host', reason: 'the host is unknown', help: 'Correct the host in the URL.' };
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return unreachable;
    case '28P01':
      return {
        code,
        reason: 'the password is wrong or the role does not exist',
        help: 'Give the password in the URL, in PGPASSWORD or in ~/.pgpass.',
      };
    case '28000':
      return {
        code,
        reason: 'the server does not let this role in from here',
        help: 'Correct the user in the URL; if the server asks for encryption, add ?sslmode=require.',
      };
    case '3D000':
      return {
        code,
        reason: 'there is no such database',
        help: 'Create it, or correct its name in the URL.',
      };
    case '53300':
      return {
        code,
        reason: 'the server has no connection left',
        help: 'Close other sessions, then try again.',
      };
    case '57P03':
      return {
        code,
        reason: 'the server is starting or stopping',
        help: 'Wait until it is up, then try again.',
      };
  }
  if (message === 'timeout expired') return unreachable;
  // The driver's own words when the server asks for a password and none was found.
  if (message.includes('password must be a')) {
    return {
      code: 'password-missing',
      reason: 'the server asks for a password and there is none',
      help: 'Give the password in the URL, in PGPASSWORD or in ~/.pgpass.',
    };
  }
  if (message.includes('does not support SSL')) {
    return {
      code: 'no-tls',
      reason: 'the server does not speak TLS',
      help: 'Remove sslmode from the URL, or switch TLS on in the server.',
    };
  }
  if (code !== undefined && /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|EPROTO/.test(code)) {
    return {
      code: 'tls',
      reason: 'the TLS connection cannot be trusted',
      help: 'Name the authority with ?sslrootcert=FILE, or use ?sslmode=require to encrypt without checking.',
    };
  }
  return {
    code: code ?? 'connection-failed',
    reason: 'the connection failed',
    help: 'Check the URL, and that the server is PostgreSQL.',
  };
}

const unreachable: Explanation = {
  code: 'connection-timeout',
  reason: 'the server did not answer in time',
  help: 'Check the host, the port and the firewalls on the way.',
};

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** A host with several addresses fails with one error for each and no message of its own. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
