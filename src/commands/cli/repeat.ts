import type { Command, Option } from 'commander';
import { redactUrl } from '../../config/database-url.ts';
import { quoteWord } from '../../render/shell-word.ts';
import type { ReviewCommands } from '../../review/summary.ts';

/**
 * The commands that lead back to a review and that apply what it shows without one, with all flags that were given, those that `apply` does not have left out of it. Nothing but itself repeats
 * a demo or a rollback. URLs are without their passwords.
 */
export function repeatCommands(command: Command): ReviewCommands {
  const given = command.options.filter((option) => isGiven(command, option));
  const review = commandLine(command.name(), command, given);
  const apply = command.name() === 'review' && command.parent?.commands.find((one) => one.name() === 'apply');
  if (!apply) return { review, apply: review };
  const known = new Set(apply.options.map(({ long }) => long));
  return {
    review,
    apply: commandLine(
      'apply',
      command,
      given.filter(({ long }) => known.has(long)),
    ),
  };
}

function isGiven(command: Command, option: Option): boolean {
  const name = option.attributeName();
  // `--no-input` shares its name with what would be `--input`.
  return (
    command.getOptionValueSource(name) === 'cli' && (!option.negate || command.getOptionValue(name) === false)
  );
}

function commandLine(name: string, command: Command, options: readonly Option[]): string {
  const flags = options.flatMap((option) =>
    formatFlag(option, command.getOptionValue(option.attributeName())),
  );
  return ['trueup', name, ...flags].join(' ');
}

/** A flag as it is typed; one that was given several times as often. */
function formatFlag(option: Option, value: unknown): readonly string[] {
  const flag = option.short ?? option.long ?? '';
  if (typeof value === 'boolean') return [flag];
  return (Array.isArray(value) ? value : [value]).map((one) => `${flag} ${quoteWord(formatValue(one))}`);
}

function formatValue(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'from' in value && 'to' in value)
    return `${value.from}=${value.to}`;
  // The only number is a time, in milliseconds.
  const text = typeof value === 'number' ? `${value}ms` : String(value);
  return text.includes('://') ? redactUrl(text) : text;
}
