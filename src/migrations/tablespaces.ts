import { at, list, type ParseNode, some } from './parse-node.ts';

/** Tablespaces that a statement names and does not create, but for PostgreSQL's own. */
export function readTablespaces(node: string, body: ParseNode): readonly string[] {
  const named = new Set<string>();
  const name = (one: unknown) => {
    if (typeof one === 'string' && one !== '' && !one.startsWith('pg_')) named.add(one);
  };
  if (node === 'CreateTableSpaceStmt' || (node === 'DropTableSpaceStmt' && body.missing_ok === true))
    return [];
  some({ [node]: body }, (each) => {
    // CREATE TABLE and the commands about a tablespace itself; CREATE INDEX; CREATE TABLE AS; USING INDEX; ALL IN.
    name(each.tablespacename);
    name(each.tableSpace);
    name(each.tableSpaceName);
    name(each.indexspace);
    name(each.orig_tablespacename);
    name(each.new_tablespacename);
    if (each.subtype === 'AT_SetTableSpace') name(each.name);
    const option = at(each, 'DefElem');
    if (option.defname === 'tablespace') name(at(option, 'arg', 'String').sval);
    const setting = at(each, 'VariableSetStmt');
    if (setting.name === 'default_tablespace')
      for (const argument of list(setting.args)) name(at(argument, 'A_Const', 'sval').sval);
    return false;
  });
  return [...named];
}
