import type { DatabaseError } from '../database/session.ts';

/**
 * What to do about a failure. `retry`: another session was in the way, and the same statements may succeed
 * next time. `reconnect`: the connection is gone; what was committed must be asked. `stop`: it would happen
 * again, or a person wanted it.
 */
export type Reaction = 'retry' | 'reconnect' | 'stop';

/** By SQLSTATE. Source: PostgreSQL manual, "PostgreSQL Error Codes". Whatever is not here is the statement's own fault. */
const reactions: Readonly<Record<string, Reaction>> = {
  // serialization_failure, deadlock_detected, lock_not_available
  '40001': 'retry',
  '40P01': 'retry',
  '55P03': 'retry',
  // admin_shutdown, crash_shutdown, cannot_connect_now, idle_session_timeout
  '57P01': 'reconnect',
  '57P02': 'reconnect',
  '57P03': 'reconnect',
  '57P05': 'reconnect',
  // too_many_connections: only a new connection can be told so
  '53300': 'reconnect',
  // read_only_sql_transaction: after a failover the connection may have come to a standby
  '25006': 'reconnect',
};

/** What to do about PostgreSQL's error during a run. Class 08 says that the connection is gone. */
export function classify(error: DatabaseError): Reaction {
  return reactions[error.code] ?? (isConnectionLost(error) ? 'reconnect' : 'stop');
}

/** Whether nobody answered: then nobody knows from the error what became of the statement. */
function isConnectionLost({ code }: DatabaseError): boolean {
  return code.startsWith('08') || code.startsWith('57P') || !/^[0-9A-Z]{5}$/.test(code);
}
