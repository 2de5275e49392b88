/** What a hazard endangers. Data loss is applied only when it was accepted by name. */
export type Danger =
  | 'data loss'
  | 'rewrite'
  | 'lock'
  | 'may fail'
  | 'compatibility'
  | 'authorisation'
  | 'replication'
  | 'environment'
  | 'code';

type HazardRow = {
  readonly danger: Danger;
  readonly severity: 'danger' | 'caution';
  /** What happens, in plain words. `{subject}` and other names in braces are filled in. */
  readonly consequence: string;
  readonly saferWay: string;
};

/** Every hazard there is: its code, how bad it is, what it does and what would be safer. docs/hazards.md is made from it. */
export const hazardTable = {
  'drop-table': {
    danger: 'data loss',
    severity: 'danger',
    consequence: 'All rows of {subject} are lost.',
    saferWay:
      'Stop using it in one release, rename it out of the way, back it up, and drop it in a later one.',
  },
  'drop-column': {
    danger: 'data loss',
    severity: 'danger',
    consequence: 'All values of {subject} are lost.',
    saferWay: 'Release a version that does not name the column, copy what is still wanted, then drop it.',
  },
  'drop-attribute': {
    danger: 'data loss',
    severity: 'danger',
    consequence: 'The values of {subject} in all columns of this type are lost.',
    saferWay: 'Copy the values into a column of their own first.',
  },
  'narrow-attribute': {
    danger: 'data loss',
    severity: 'danger',
    consequence:
      '{subject} becomes {to} from {from} in all columns of this type: values that do not fit are cut or rounded, or the statement fails.',
    saferWay: 'Add an attribute of the new type, fill it, look at what does not fit, then drop the old one.',
  },
  'drop-enum-value': {
    danger: 'data loss',
    severity: 'danger',
    consequence:
      'Columns cannot hold {subject} any more. While rows of {column} do, the statement fails and changes nothing.',
    saferWay: 'Count the rows with the query, and UPDATE them to another value in a migration before.',
  },
  'drop-sequence': {
    danger: 'data loss',
    severity: 'danger',
    consequence: 'The position of the sequence {subject} is lost.',
    saferWay: 'Write down its last_value, or ALTER SEQUENCE it rather than drop and create it.',
  },
  'drop-extension': {
    danger: 'data loss',
    severity: 'danger',
    consequence: 'Everything that the extension {subject} holds is dropped with it.',
    saferWay: 'Leave the extension installed: one that nobody uses costs nothing.',
  },
  'narrow-type': {
    danger: 'data loss',
    severity: 'danger',
    consequence:
      '{subject} becomes {to} from {from}: values that do not fit are cut or rounded, or the statement fails.',
    saferWay:
      'Add a column of the new type, fill it in batches, look at what does not fit, then swap the names.',
  },
  truncate: {
    danger: 'data loss',
    severity: 'danger',
    consequence: 'All rows of {subject} are lost.',
    saferWay: 'Copy the rows to another table first.',
  },
  'delete-rows': {
    danger: 'data loss',
    severity: 'danger',
    consequence: 'Rows of {subject} are deleted.',
    saferWay: 'Count with SELECT what it would delete, and copy those rows to another table first.',
  },
  'not-restored': {
    danger: 'data loss',
    severity: 'danger',
    consequence: '{subject} comes back without what {script} took from it.',
    saferWay: 'Put it back from a backup afterwards, or go forward with a new migration instead.',
  },
  rewrite: {
    danger: 'rewrite',
    severity: 'caution',
    consequence: '{table} is rewritten; reads and writes wait until it is done.',
    saferWay:
      'Expand and contract: add a new column, write both, fill the old rows in batches, read the new one, drop the old one.',
  },
  moved: {
    danger: 'rewrite',
    severity: 'caution',
    consequence: '{subject} is copied to the tablespace {to}; reads and writes wait until it is done.',
    saferWay: 'Do it when nobody needs it, or move its partitions one by one.',
  },
  'partition-key': {
    danger: 'rewrite',
    severity: 'danger',
    consequence:
      'PostgreSQL cannot change how {subject} is partitioned: it is dropped and made again, without rows.',
    saferWay:
      'Write a migration: rename it, create the new one with its partitions, copy the rows in batches, swap foreign keys and names, drop the old one.',
  },
  'blocks-reads': {
    danger: 'lock',
    severity: 'caution',
    consequence: '{lock} on {subject}, {size}: reads and writes wait until the transaction ends.',
    saferWay:
      'Run it when the table is quiet, with a short lock_timeout, in a transaction that does little else.',
  },
  'blocks-writes': {
    danger: 'lock',
    severity: 'caution',
    consequence: '{lock} on {subject}, {size}: writes wait until the transaction ends.',
    saferWay:
      'Use the form that lets writes go on: CONCURRENTLY for an index, NOT VALID and VALIDATE for a constraint.',
  },
  'full-scan': {
    danger: 'lock',
    severity: 'caution',
    consequence: 'Every row of {subject} is read while {waiting} wait.',
    saferWay: 'Add it NOT VALID, then VALIDATE.',
  },
  'index-build': {
    danger: 'lock',
    severity: 'caution',
    consequence: 'An index is built over all rows of {subject}, {size}: it takes time, disk and memory.',
    saferWay: 'CREATE INDEX CONCURRENTLY when the table is quiet, with enough maintenance_work_mem.',
  },
  'required-column': {
    danger: 'may fail',
    severity: 'caution',
    consequence:
      'Fails when {table} has rows: {subject} is NOT NULL and has no default. Running versions that do not fill it fail too.',
    saferWay: 'Add it with a default, or without NOT NULL, fill it, then SET NOT NULL.',
  },
  'nulls-in-column': {
    danger: 'may fail',
    severity: 'caution',
    consequence: 'Fails when {subject} holds a null. Running versions that write none fail from then on.',
    saferWay: 'Find and fill the nulls first; a validated CHECK (… IS NOT NULL) spares the scan.',
  },
  'value-gone': {
    danger: 'may fail',
    severity: 'caution',
    consequence: 'Fails, and changes nothing, when {subject} holds a value that {type} no longer has.',
    saferWay: 'UPDATE the rows that hold such values in a migration before.',
  },
  duplicates: {
    danger: 'may fail',
    severity: 'caution',
    consequence: 'Fails when rows of {table} are alike in what {subject} makes unique.',
    saferWay: 'Find the duplicates with the query, and resolve them in a migration before.',
  },
  'rule-holds-again': {
    danger: 'compatibility',
    severity: 'caution',
    consequence:
      'Rows written meanwhile that break {subject} stay, and nobody hears of them. Running versions that write such rows fail from then on.',
    saferWay: 'Drop the constraint and add it again: that reads the rows.',
  },
  'rows-break-rule': {
    danger: 'may fail',
    severity: 'caution',
    consequence:
      'Fails when rows of {table} break {subject}. Running versions that write such rows fail from then on.',
    saferWay: 'Add it NOT VALID, mend the rows, then VALIDATE CONSTRAINT.',
  },
  renamed: {
    danger: 'compatibility',
    severity: 'caution',
    consequence: '{before} is called {subject} now: running versions that use the old name fail.',
    saferWay: 'Offer both for one release: a view or a second column under the old name.',
  },
  dropped: {
    danger: 'compatibility',
    severity: 'caution',
    consequence: '{subject} is gone: running versions that use it fail.',
    saferWay: 'Release a version that does not use it, then drop it.',
  },
  'row-security-off': {
    danger: 'authorisation',
    severity: 'danger',
    consequence:
      'Policies of {subject} no longer hold: every role with a privilege on it sees and changes all its rows.',
    saferWay: 'Keep row security on, and add a policy for who may see everything.',
  },
  'policy-dropped': {
    danger: 'authorisation',
    severity: 'danger',
    consequence: 'The policy {subject} no longer holds: {effect}.',
    saferWay: 'Create the policy that takes its place in the same transaction.',
  },
  'policy-changed': {
    danger: 'authorisation',
    severity: 'caution',
    consequence: 'The policy {subject} changes who may see or change which rows of its table.',
    saferWay: 'Try the expression as each role with SELECT before it is applied.',
  },
  'grant-widened': {
    danger: 'authorisation',
    severity: 'caution',
    consequence: '{grantee} may {privileges} on {subject} from now on.',
    saferWay: 'Grant to a role of its own rather than to PUBLIC, and no more than is used.',
  },
  'hidden-value-dropped': {
    danger: 'authorisation',
    severity: 'caution',
    consequence: 'The password or other hidden value of {subject} is gone: Trueup never keeps it.',
    saferWay: 'See that the value is kept where your other secrets are.',
  },
  unpublished: {
    danger: 'replication',
    severity: 'caution',
    consequence:
      'The publication {subject} no longer sends {missing}: subscribers fall behind without an error.',
    saferWay: 'Take it out of the subscriptions first.',
  },
  unsubscribed: {
    danger: 'replication',
    severity: 'caution',
    consequence: 'The subscription {subject} no longer receives {missing}: its tables here stand still.',
    saferWay:
      'See that nobody reads them as current, and that no slot is left behind on the publisher: it keeps WAL for ever.',
  },
  'not-refreshed': {
    danger: 'replication',
    severity: 'caution',
    consequence:
      'The subscription {subject} takes {added}, and gets no row of its tables before it is refreshed: that connects to the publisher.',
    saferWay: 'Run ALTER SUBSCRIPTION … REFRESH PUBLICATION afterwards, where the publisher can be reached.',
  },
  'replica-identity': {
    danger: 'replication',
    severity: 'caution',
    consequence: 'The replica identity of {subject} changes to {identity}: {effect}',
    saferWay: 'Give the table a primary key, and leave its replica identity at DEFAULT.',
  },
  'extension-version': {
    danger: 'environment',
    severity: 'caution',
    consequence:
      'The server installs its own default version of {subject}; the rehearsal had {version}. It must be available there.',
    saferWay: 'Look in pg_available_extensions of every environment.',
  },
  'untrusted-code': {
    danger: 'code',
    severity: 'caution',
    consequence:
      '{subject} is written in {language}, which may do on the server whatever PostgreSQL itself may.',
    saferWay: 'Use a trusted language, SQL or plpgsql.',
  },
  'runs-as-owner': {
    danger: 'code',
    severity: 'caution',
    consequence:
      '{subject} runs with the rights of its owner and without a search_path of its own: a caller can put another object in the place of one it uses.',
    saferWay: 'Add SET search_path = pg_catalog, … to the function, or drop SECURITY DEFINER.',
  },
  'runs-code': {
    danger: 'code',
    severity: 'caution',
    consequence:
      '{subject} decides only when it runs what it does; the rehearsal ran it without live’s rows.',
    saferWay: 'Write its statements out, where that is possible.',
  },
} as const satisfies { readonly [code: string]: HazardRow };

export type HazardCode = keyof typeof hazardTable;
