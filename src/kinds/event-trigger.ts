import {
  type CatalogAddress,
  type CatalogObject,
  defineKind,
  type Statement,
  statement,
} from '../catalog/kind.ts';
import { quoteLiteral, quoteName } from '../database/sql.ts';

type Row = CatalogAddress & EventTrigger & { readonly name: string };
type EventTrigger = {
  readonly event: string;
  /** Command tags of WHEN TAG IN, sorted; empty for all. */
  readonly tags: readonly string[];
  /** In the order in which someone named them, which means nothing. */
  readonly tagsAsGiven: readonly string[];
  /** Quoted name of the function. */
  readonly function: string;
  /** Firing under session_replication_role: the default fires on origin only. */
  readonly enabled: 'origin' | 'disabled' | 'replica' | 'always';
};

export const eventTrigger = defineKind<Row, EventTrigger>({
  kind: 'event trigger',
  // Created after everything it would fire for, and dropped before.
  order: 190,
  appliesToNew: true,
  foundIn: { catalog: 'pg_event_trigger' },
  query: () => `
    SELECT 'pg_event_trigger'::regclass::oid AS classid, e.oid AS objid, 0 AS objsubid, e.evtname AS name, e.evtevent AS event,
           ARRAY(SELECT t FROM unnest(e.evttags) t ORDER BY t COLLATE "C") AS tags,
           coalesce(e.evttags, '{}') AS "tagsAsGiven",
           quote_ident(n.nspname) || '.' || quote_ident(p.proname) AS function,
           CASE e.evtenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' ELSE 'origin' END AS enabled
    FROM pg_event_trigger e
    JOIN pg_proc p ON p.oid = e.evtfoid
    JOIN pg_namespace n ON n.oid = p.pronamespace
    ORDER BY e.evtname`,
  fromRow: ({ classid, objid, objsubid, name, ...properties }) => ({
    ref: { kind: 'event trigger', path: [name] },
    address: { classid, objid, objsubid },
    properties,
  }),
  address: (ref) => `EVENT TRIGGER ${quoteName(ref.path)}`,
  create: (object) => [
    statement(
      `CREATE EVENT TRIGGER ${quoteName(object.ref.path)} ON ${object.properties.event}${
        object.properties.tags.length === 0
          ? ''
          : ` WHEN TAG IN (${object.properties.tagsAsGiven.map(quoteLiteral).join(', ')})`
      } EXECUTE FUNCTION ${object.properties.function}()`,
    ),
    ...(object.properties.enabled === 'origin' ? [] : [enable(object)]),
  ],
  drop: ({ ref }) => [statement(`DROP EVENT TRIGGER ${quoteName(ref.path)}`)],
  rename: (before, after) => [
    statement(`ALTER EVENT TRIGGER ${quoteName(before.path)} RENAME TO ${quoteName(after.path)}`),
  ],
  change: {
    event: 'replace',
    tags: 'replace',
    tagsAsGiven: 'derived',
    function: 'replace',
    enabled: (_before, after) => [enable(after)],
  },
  references: () => [],
});

function enable({ ref, properties }: CatalogObject<EventTrigger>): Statement {
  const state = { origin: 'ENABLE', disabled: 'DISABLE', replica: 'ENABLE REPLICA', always: 'ENABLE ALWAYS' };
  return statement(`ALTER EVENT TRIGGER ${quoteName(ref.path)} ${state[properties.enabled]}`);
}
