import type { Command, CommanderError } from 'commander';
import { Problem } from '../../core/index.ts';
import { nearestNames } from '../../mapping/index.ts';

interface UnreadLine {
  readonly error: CommanderError;
  /** The command that the line comes to. */
  readonly command: Command;
}

/** What the API and the page have at this place, and the commands have at another one. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'settlements post': 'sync NAME',
  'settlements propose': 'sync NAME',
  'accruals post': 'sync NAME',
};

function meantElsewhere(command: Command, word: string): string[] {
  const meant = ELSEWHERE[`${command.name()} ${word}`];
  return meant === undefined ? [] : [`${rootOf(command).name()} ${meant}`];
}

/** What the parser found, in the four parts of every problem, with what may have been meant. */
export function commandLineProblem({ error, command }: UnreadLine): Problem {
  const path = pathOf(command);
  const fault =
    error.code === 'commander.help'
      ? missingCommand(command)
      : error.message
          .replace(/^error: /, '')
          .replace(/\n\(Did you mean .*\)$/s, '')
          .replace(/\s+/g, ' ')
          .replace(/\.$/, '');
  const meant = suggestionsFor({ error, command });
  const [likeliest] = meant;
  const hint = likeliest === undefined ? '' : `Did you mean ${likeliest}? `;
  return new Problem({
    code: 'COMMAND_LINE_INVALID',
    kind: 'invalid',
    says: `The command line cannot be read: ${fault}.`,
    next: `${hint}${usageOf(error, command)}What it takes: ${path} --help`,
    where: { path },
  });
}

/** Where words are missing or too many, how the line is written. */
function usageOf({ code }: CommanderError, command: Command): string {
  const isAboutWords = /missing|excess|help/i.test(code);
  return isAboutWords ? `It is written ${pathOf(command)} ${command.usage()}. ` : '';
}

function missingCommand(command: Command): string {
  const names = command.commands.map((each) => each.name()).filter((name) => name !== 'help');
  return `a command is missing${command.parent ? `; ${command.name()} has ${names.join(', ')}` : ''}`;
}

/** Likeliest first. */
function suggestionsFor({ error, command }: UnreadLine): string[] {
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  switch (error.code) {
    case 'commander.unknownCommand':
      return meantElsewhere(command, quoted).concat(
        nearestNames(
          quoted,
          command.commands.map((each) => each.name()),
        ).map((name) => `${pathOf(command)} ${name}`),
      );
    case 'commander.unknownOption': {
      const [written = ''] = quoted.split('=', 1);
      const known = [...command.options, ...rootOf(command).options].flatMap(({ long }) => long ?? []);
      return nearestNames(
        written,
        known.filter((name) => name !== written),
      );
    }
    case 'commander.invalidArgument': {
      const choices = /Allowed choices are (.*)\.$/.exec(error.message)?.[1]?.split(', ') ?? [];
      const given = /argument '([^']*)' is invalid/.exec(error.message)?.[1] ?? '';
      return nearestNames(given, choices);
    }
    default:
      return [];
  }
}

function rootOf(command: Command): Command {
  return command.parent ? rootOf(command.parent) : command;
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}
