import type { ConcurrentWork } from './migration.ts';
import { at, isNode, list, type ParseNode } from './parse-node.ts';

/** Statements that do the same when they run a second time. */
const repeatable: ReadonlySet<string> = new Set([
  'VacuumStmt',
  'ClusterStmt',
  'DiscardStmt',
  'AlterSystemStmt',
  'CheckPointStmt',
]);

/** What a statement that commits piece by piece works on; null for one that does not, or of which nothing is known. */
export function readConcurrentWork(node: string, body: ParseNode): ConcurrentWork | null {
  const relation = nameOf(body.relation);
  switch (node) {
    case 'IndexStmt':
      return body.concurrent === true && relation
        ? {
            work: 'create index',
            table: relation,
            name: typeof body.idxname === 'string' ? body.idxname : null,
          }
        : null;
    case 'DropStmt':
      return body.concurrent === true && body.removeType === 'OBJECT_INDEX'
        ? { work: 'drop index', indexes: list(body.objects).map(listedName) }
        : null;
    case 'ReindexStmt':
      return { work: 'reindex', relation };
    case 'AlterTableStmt': {
      const [command] = list(body.cmds).map((cmd) => at(cmd, 'AlterTableCmd', 'def', 'PartitionCmd'));
      const partition = nameOf(command?.name);
      return command?.concurrent === true && relation && partition
        ? { work: 'detach partition', table: relation, partition }
        : null;
    }
    default:
      return repeatable.has(node) ? { work: 'repeatable' } : null;
  }
}

/** A RangeVar as schema and name, the schema left out where the statement leaves it out. */
function nameOf(range: unknown): readonly string[] | null {
  if (!isNode(range) || typeof range.relname !== 'string') return null;
  return typeof range.schemaname === 'string' ? [range.schemaname, range.relname] : [range.relname];
}

function listedName(object: unknown): readonly string[] {
  return list(at(object, 'List').items).flatMap((part) => {
    const { sval } = at(part, 'String');
    return typeof sval === 'string' ? [sval] : [];
  });
}
