import type { Session } from './session.ts';

/** Does work in the open transaction under other settings, which are then what they were. */
export async function withLocalSettings<T>(
  session: Session,
  settings: Readonly<Record<string, string>>,
  work: () => Promise<T>,
): Promise<T> {
  const set = (values: Readonly<Record<string, string>>) =>
    session.query(
      `SELECT pg_catalog.set_config(s.key, s.value, true) FROM pg_catalog.jsonb_each_text($1::jsonb) AS s`,
      [JSON.stringify(values)],
    );
  const before = await session.query<{ name: string; value: string }>(
    `SELECT name, pg_catalog.current_setting(name) AS value
     FROM pg_catalog.jsonb_object_keys($1::jsonb) AS s (name)`,
    [JSON.stringify(settings)],
  );
  await set(settings);
  const result = await work();
  await set(Object.fromEntries(before.map(({ name, value }) => [name, value])));
  return result;
}

/** What makes text of values that any session reads as the same values again. */
export const portableText = {
  datestyle: 'ISO, YMD',
  intervalstyle: 'postgres',
  extra_float_digits: '3',
  bytea_output: 'hex',
} as const;
