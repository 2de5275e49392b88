import { type CodeTraits, readCodeTraits } from './code-block.ts';
import { readConcurrentWork } from './concurrent-work.ts';
import type { StatementTraits } from './migration.ts';
import { at, list, type ParseNode, some, text } from './parse-node.ts';
import { readTablespaces } from './tablespaces.ts';

/**
 * Reads from one statement's parse tree how it must be run. Source: PostgreSQL's callers of
 * PreventInTransactionBlock, and the manual's pages of the statements.
 */
export function readTraits(node: string, body: ParseNode): StatementTraits {
  const code = node === 'DoStmt' ? readCodeTraits(codeOf(body)) : noCode;
  const roles = new Set<string>();
  const createdRoles = new Set<string>(code.createdRoles);
  collectRoles(node, body, roles, createdRoles);
  const addsValue = node === 'AlterEnumStmt' && body.newVal !== undefined && body.oldVal === undefined;
  const extension = node === 'CreateExtensionStmt' ? [text(body.extname)] : [];
  return {
    transaction: addsValue ? 'commit after' : transactionOf(node, body, code),
    node,
    changesData: changesData(node, body),
    truncates: node === 'TruncateStmt' ? list(body.relations).map((one) => nameOf(at(one, 'RangeVar'))) : [],
    deletesFrom: deletesFrom({ [node]: body }),
    enumValue: addsValue ? text(body.newVal) : null,
    extensions: [...extension, ...code.extensions],
    extensionVersion: extensionVersionOf(node, body),
    roles: [...roles].filter((role) => !createdRoles.has(role)),
    createdRoles: [...createdRoles],
    tablespaces: readTablespaces(node, body),
    createdTablespaces: node === 'CreateTableSpaceStmt' ? [text(body.tablespacename)] : [],
    concurrent: readConcurrentWork(node, body),
    subscription:
      /^(Create|Alter|Drop)SubscriptionStmt$/.test(node) ||
      [body.renameType, body.objectType].includes('OBJECT_SUBSCRIPTION'),
  };
}

function extensionVersionOf(node: string, body: ParseNode): StatementTraits['extensionVersion'] {
  if (node !== 'CreateExtensionStmt' && node !== 'AlterExtensionStmt') return null;
  const version = option(body.options, 'new_version');
  return typeof version === 'string' ? { name: text(body.extname), version } : null;
}

const noCode: CodeTraits = { endsTransaction: false, extensions: [], createdRoles: [] };

const alwaysOutside: ReadonlySet<string> = new Set([
  'CreatedbStmt',
  'DropdbStmt',
  'CreateTableSpaceStmt',
  'DropTableSpaceStmt',
  'AlterSystemStmt',
  // Drops the replication slot, which no rollback brings back.
  'DropSubscriptionStmt',
]);

function transactionOf(node: string, body: ParseNode, code: CodeTraits): StatementTraits['transaction'] {
  if (node === 'TransactionStmt') {
    const isSavepoint = /_(SAVEPOINT|RELEASE|ROLLBACK_TO)$/.test(text(body.kind));
    return isSavepoint ? 'inside' : 'control';
  }
  return alwaysOutside.has(node) || code.endsTransaction || isOutside(node, body) ? 'outside' : 'inside';
}

function isOutside(node: string, body: ParseNode): boolean {
  switch (node) {
    case 'IndexStmt':
    case 'DropStmt':
      return body.concurrent === true;
    case 'ReindexStmt':
      return (
        /_(SCHEMA|SYSTEM|DATABASE)$/.test(text(body.kind)) || option(body.params, 'concurrently') === true
      );
    case 'VacuumStmt':
      return body.is_vacuumcmd === true;
    case 'ClusterStmt':
      return body.relation === undefined;
    case 'DiscardStmt':
      return body.target === 'DISCARD_ALL';
    case 'AlterDatabaseStmt':
      return option(body.options, 'tablespace') !== undefined;
    case 'CreateSubscriptionStmt':
      return option(body.options, 'connect') !== false && option(body.options, 'create_slot') !== false;
    case 'AlterSubscriptionStmt':
      return /_(REFRESH|PUBLICATION)$/.test(text(body.kind));
    case 'AlterTableStmt':
      return list(body.cmds).some(
        (cmd) => at(cmd, 'AlterTableCmd', 'def', 'PartitionCmd').concurrent === true,
      );
    default:
      return false;
  }
}

function changesData(node: string, body: ParseNode): boolean {
  switch (node) {
    case 'InsertStmt':
    case 'UpdateStmt':
    case 'DeleteStmt':
    case 'MergeStmt':
    case 'TruncateStmt':
    case 'DoStmt':
    case 'CallStmt':
    case 'ExecuteStmt':
      return true;
    case 'CopyStmt':
      return body.is_from === true;
    case 'SelectStmt':
      // A migration selects for what a function does: setval(), a function of its own.
      return body.intoClause === undefined && (writes(body) || callsFunction(body));
    case 'CreateTableAsStmt':
      return writes(body);
    case 'ExplainStmt':
      return option(body.options, 'analyze') === true && writes(body);
    default:
      return false;
  }
}

function writes(body: ParseNode): boolean {
  return some(body, (node) =>
    ['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'].some((key) => node[key] !== undefined),
  );
}

function deletesFrom(tree: ParseNode): readonly string[] {
  const tables = new Set<string>();
  some(tree, ({ DeleteStmt, MergeStmt }) => {
    const isDelete = (clause: unknown) => at(clause, 'MergeWhenClause').commandType === 'CMD_DELETE';
    if (DeleteStmt) tables.add(nameOf(at(DeleteStmt, 'relation')));
    if (list(at(MergeStmt).mergeWhenClauses).some(isDelete)) tables.add(nameOf(at(MergeStmt, 'relation')));
    return false;
  });
  return [...tables];
}

function nameOf({ schemaname, relname }: ParseNode): string {
  return [schemaname, relname].filter((part) => part !== undefined).join('.');
}

function callsFunction(body: ParseNode): boolean {
  return some(body, (node) => {
    if (node.FuncCall === undefined) return false;
    const name = list(at(node, 'FuncCall').funcname).map((part) => text(at(part, 'String').sval));
    return name[name.length - 1] !== 'set_config';
  });
}

function collectRoles(node: string, body: ParseNode, named: Set<string>, created: Set<string>): void {
  function name(role: unknown): void {
    // Roles named pg_… are PostgreSQL's own: nobody can create them (42939).
    if (typeof role === 'string' && !role.startsWith('pg_')) named.add(role);
  }
  if (node === 'CreateRoleStmt') created.add(text(body.role));
  if (node === 'RenameStmt' && body.renameType === 'OBJECT_ROLE') {
    name(body.subname);
    created.add(text(body.newname));
  }
  if (body.objtype === 'OBJECT_ROLE') name(at(body, 'object', 'String').sval);
  if (node === 'DropRoleStmt' && body.missing_ok === true) return;
  some({ [node]: body }, (each) => {
    if (each.roletype === 'ROLESPEC_CSTRING') name(each.rolename);
    for (const granted of list(at(each, 'GrantRoleStmt').granted_roles)) {
      name(at(granted, 'AccessPriv').priv_name);
    }
    collectSetRole(at(each, 'VariableSetStmt'), name);
    return false;
  });
}

/** SET ROLE and SET SESSION AUTHORIZATION hold the role as a string, `none` meaning no role. */
function collectSetRole(body: ParseNode, name: (role: unknown) => void): void {
  if (body.name !== 'role' && body.name !== 'session_authorization') return;
  for (const argument of list(body.args)) {
    const role = at(argument, 'A_Const', 'sval').sval;
    if (role !== 'none' || body.name !== 'role') name(role);
  }
}

/** The body of a DO block; empty when its language is not plpgsql. */
function codeOf(body: ParseNode): string {
  const language = option(body.args, 'language');
  if (language !== undefined && language !== 'plpgsql') return '';
  const code = option(body.args, 'as');
  return typeof code === 'string' ? code : '';
}

/** An option's value: true when it stands alone, booleans in any of PostgreSQL's spellings; undefined when absent. */
function option(options: unknown, name: string): string | boolean | undefined {
  const element = list(options)
    .map((each) => at(each, 'DefElem'))
    .find((each) => each.defname === name);
  if (!element) return undefined;
  if (element.arg === undefined) return true;
  const [typeName] = list(at(element, 'arg', 'TypeName').names);
  const value = at(element, 'arg', 'String').sval ?? at(typeName, 'String').sval;
  if (typeof value === 'string') {
    return /^(on|true)$/i.test(value) ? true : /^(off|false)$/i.test(value) ? false : value;
  }
  const { boolval } = at(element, 'arg', 'Boolean');
  if (element.arg && at(element, 'arg').Boolean !== undefined) return boolval === true;
  const { ival } = at(element, 'arg', 'Integer');
  return typeof ival === 'number' && ival !== 0;
}
