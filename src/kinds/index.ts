import type { ObjectKind, Registry } from '../catalog/kind.ts';
import { accessMethod } from './access-method.ts';
import { aggregate } from './aggregate.ts';
import { attribute } from './attribute.ts';
import { baseType } from './base-type.ts';
import { cast } from './cast.ts';
import { collation } from './collation.ts';
import { column } from './column/column.ts';
import { comment } from './comment.ts';
import { compositeType } from './composite-type.ts';
import { constraint } from './constraint/constraint.ts';
import { conversion } from './conversion.ts';
import { databaseSetting } from './database-setting.ts';
import { defaultPrivileges } from './default-privileges.ts';
import { domain } from './domain.ts';
import { domainConstraint } from './domain-constraint.ts';
import { enumType } from './enum.ts';
import { enumValue } from './enum-value.ts';
import { eventTrigger } from './event-trigger.ts';
import { extension } from './extension.ts';
import { extensionDependency } from './extension-dependency.ts';
import { foreignDataWrapper } from './foreign-data-wrapper.ts';
import { foreignTable } from './foreign-table.ts';
import { index } from './index-kind/index-kind.ts';
import { language } from './language.ts';
import { materializedView } from './materialized-view.ts';
import { operator } from './operator.ts';
import { operatorClass, operatorFamily } from './operator-class.ts';
import { owner } from './owner.ts';
import { policy } from './policy.ts';
import { privileges } from './privileges.ts';
import { publication } from './publication.ts';
import { range } from './range.ts';
import { functionKind, procedure } from './routine.ts';
import { rule } from './rule.ts';
import { schema } from './schema.ts';
import { securityLabel } from './security-label.ts';
import { sequence } from './sequence.ts';
import { server } from './server.ts';
import { statistics } from './statistics.ts';
import { subscription } from './subscription.ts';
import { table } from './table/table.ts';
import { tablespace } from './tablespace.ts';
import { textSearchConfiguration } from './text-search-configuration.ts';
import { textSearchDictionary } from './text-search-dictionary.ts';
import { textSearchParser } from './text-search-parser.ts';
import { textSearchTemplate } from './text-search-template.ts';
import { transform } from './transform.ts';
import { trigger } from './trigger.ts';
import { userMapping } from './user-mapping.ts';
import { view } from './view.ts';

/** Every kind that Trueup compares. Parents stand before their parts, and what speaks of other objects last. */
const kinds: readonly ObjectKind[] = [
  schema,
  extension,
  collation,
  language,
  baseType,
  enumType,
  enumValue,
  domain,
  domainConstraint,
  range,
  compositeType,
  attribute,
  sequence,
  functionKind,
  procedure,
  operator,
  operatorFamily,
  operatorClass,
  accessMethod,
  aggregate,
  conversion,
  textSearchParser,
  textSearchTemplate,
  textSearchDictionary,
  textSearchConfiguration,
  cast,
  foreignDataWrapper,
  server,
  userMapping,
  transform,
  table,
  foreignTable,
  column,
  constraint,
  view,
  materializedView,
  index,
  statistics,
  rule,
  trigger,
  policy,
  publication,
  eventTrigger,
  subscription,
  databaseSetting,
  comment,
  extensionDependency,
  securityLabel,
  tablespace,
  owner,
  privileges,
  defaultPrivileges,
];

export const registry: Registry = new Map(kinds.map((kind) => [kind.kind, kind]));
