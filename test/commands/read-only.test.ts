import { expect, test } from 'vitest';
import { asRole, onServer, project, query, shop, trueup } from '../end-to-end/command-line.ts';
import { freshDatabase } from '../support/servers.ts';

test('a role that may read the history and nothing else can look for drift', async () => {
  await using database = await freshDatabase(17);
  await using folder = await project(shop);
  const role = `${database.name}_reader`;
  await trueup(folder.root, ['apply', '--yes', '-q', ...onServer(database.url)]);
  await query(
    database.url,
    `CREATE ROLE ${role} LOGIN PASSWORD 's3cret';
     GRANT USAGE ON SCHEMA trueup TO ${role}; GRANT SELECT ON ALL TABLES IN SCHEMA trueup TO ${role}`,
  );
  try {
    await query(database.url, 'ALTER TABLE users ADD COLUMN vip boolean');
    const flags = onServer(database.url, asRole(database.url, role));
    const drift = await trueup(folder.root, ['drift', ...flags]);
    expect(drift, drift.stderr).toMatchObject({ code: 2 });
    expect(drift.stdout).toContain('vip');
    for (const catalog of ['pg_class', 'pg_proc']) {
      await query(database.url, `REVOKE SELECT ON pg_catalog.${catalog} FROM PUBLIC`);
      const denied = await trueup(folder.root, ['status', ...flags]);
      expect(denied.stderr).toContain(`GRANT SELECT ON pg_catalog.${catalog} TO ${role};`);
      await query(database.url, `GRANT SELECT ON pg_catalog.${catalog} TO PUBLIC`);
    }
  } finally {
    await query(database.url, `DROP OWNED BY ${role}; DROP ROLE ${role}`);
  }
});
