import { DatabaseError, type Session } from './session.ts';

/** Reads system catalogs, which everybody may unless somebody has revoked it: then the error names the GRANT that helps. */
export async function readingCatalogs<T>(session: Session, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const [name] = error instanceof DatabaseError ? (/\bpg_\w+/.exec(error.message) ?? []) : [];
    if (!(error instanceof DatabaseError) || error.code !== '42501' || name === undefined) throw error;
    const [row] = await session.query<{ role: string }>('SELECT quote_ident(current_user) AS role');
    const { message, code, detail, cause } = error;
    const hint = `Everybody may read the system catalogs by default: GRANT SELECT ON pg_catalog.${name} TO ${row?.role ?? 'PUBLIC'};`;
    throw new DatabaseError(message, { code, detail, hint, cause });
  }
}
