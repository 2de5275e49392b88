import type { Command } from 'commander';
import { z } from 'zod';
import type { Io } from '../../src/commands/cli/io.ts';
import { makeProgram } from '../../src/commands/cli/program.ts';
import { registry } from '../../src/kinds/index.ts';
import { planArtifact } from '../../src/plan/artifact-schema.ts';
import { hazardTable } from '../../src/plan/hazard-table.ts';
import { snapshotSchema } from '../../src/replay/snapshot-schema.ts';
import { renderKeysMarkdown } from '../../src/review/screens/help.ts';
import { coveragePage } from './coverage.ts';

/** A page of `docs/` that is made from the code: its file's name and its text. */
export type Page = { readonly file: string; readonly text: string };

/** Pages that are generated; `npm run docs` writes them. */
export function generatedPages(): readonly Page[] {
  return [
    { file: 'commands.md', text: commandsPage() },
    { file: 'coverage.md', text: coveragePage(registry) },
    { file: 'keys.md', text: renderKeysMarkdown() },
    { file: 'hazards.md', text: hazardsPage() },
    { file: 'schema/plan.schema.json', text: jsonSchema('A plan of Trueup', planArtifact) },
    { file: 'schema/snapshot.schema.json', text: jsonSchema('A snapshot of Trueup', snapshotSchema) },
  ];
}

function commandsPage(): string {
  const program = makeProgram(silent(), () => undefined);
  const commands = program.commands.filter((command) => command.name() !== 'help');
  return [
    '# Commands',
    'Made from the help of each command by `npm run docs`. Change `src/commands/cli/program.ts`, not this page.',
    helpBlock(program),
    exitCodes,
    ...commands.flatMap((command) => [
      `## trueup ${command.name()}`,
      helpBlock(command),
      ...command.commands
        .filter((one) => one.name() !== 'help')
        .flatMap((one) => [`### trueup ${command.name()} ${one.name()}`, helpBlock(one)]),
    ]),
  ]
    .join('\n\n')
    .concat('\n');
}

const exitCodes = `## Exit codes

| code | means |
| --- | --- |
| 0 | Success, and nothing to report. |
| 1 | An error: bad input, a database that cannot be reached, a run that failed. |
| 2 | Differences were found: \`drift\`, \`diff\`, \`test-undo\`, and \`plan --detailed-exitcode\`. |
| 3 | Refused, and nothing was applied: drift that nobody decided about where the policy is \`fail\`, a plan that is not proven, a plan that nobody confirmed, a loss of data that nobody accepted by name. |
| 130 | Interrupted by Ctrl-C or SIGTERM. |

With \`--format json\`, standard output holds one JSON document and nothing else. Progress, warnings and notes go to
standard error.`;

function hazardsPage(): string {
  const rows = Object.entries(hazardTable).map(
    ([code, { danger, consequence, saferWay }]) =>
      `| \`${code}\` | ${danger} | ${consequence} | ${saferWay} |`,
  );
  return `${hazardsHead}

| code | endangers | consequence | safer |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}

const hazardsHead = `# Hazards

Made from the table in \`src/plan/hazard-table.ts\` by \`npm run docs\`. A plan names the dangers of each statement: of those that
Trueup generates, and of migrations as they are written, with the file and line. Names in braces are filled in.

What a migration does is known from the catalogs before and after it, so a hazard of a migration stands at the statement that
names the object, else at its last.

Where a column's new type, or a default that differs from row to row, rewrites the table, the safer way is written out for that column, as
the SQL of several migrations: in the review, in Markdown, in JSON, and by \`--verbose\`.`;

function jsonSchema(title: string, schema: z.ZodType): string {
  return `${JSON.stringify({ title, ...z.toJSONSchema(schema) }, null, 2)}\n`;
}

/** The help as a terminal of 100 columns shows it. */
function helpBlock(command: Command): string {
  let text = '';
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    getOutHelpWidth: () => 100,
  });
  command.outputHelp();
  return `\`\`\`text\n${text.trim()}\n\`\`\``;
}

/** Help needs a world to be made in, and uses none of it. */
function silent(): Io {
  return {
    cwd: '.',
    variables: {},
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    now: () => new Date(0),
    interrupt: new AbortController().signal,
    onSecondInterrupt: () => () => undefined,
  };
}
