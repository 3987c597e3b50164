// Writes docs/commands.md from the commands themselves. `npm run build`, then `node tools/commands.mjs --write`; without
// --write it prints.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const DOCUMENT = new URL('../docs/commands.md', import.meta.url);

/** What a person wants to do, and the groups of commands for it; a group that is not here stands under the last heading. */
const CHAPTERS = [
  ['Without any account', ['preview', 'simulators']],
  ['A connection', ['connections', 'sync', 'feeds', 'customers', 'master-data']],
  ['Accounts', ['mapping']],
  ['Settlements and entries', ['settlements', 'entries', 'approvals', 'sap', 'trace']],
  ['The month end', ['accruals', 'periods']],
  ['Bank, orders and controls', ['deposits', 'payouts', 'reconcile', 'orders', 'finances']],
  ['Reports', ['reports']],
  ['Running by itself', ['start', 'worker', 'workers', 'schedule', 'jobs', 'alerts', 'settings']],
  ['People', ['users', 'tokens']],
  ['Safe keeping', ['database', 'backup', 'keys', 'secrets', 'audit', 'privacy', 'retention']],
  ['More', []],
];

const INTRODUCTION = `# Commands

Every command with its arguments and options, as \`--help\` behind it says too. In a checkout \`npm run cli --\` stands for \`seller-ledger\`. What to
do when, by symptom: [operations.md](operations.md).

This page is generated from the commands by \`tools/commands.mjs\`, and a test keeps it fresh.`;

/** The whole document. \`program\` is the program with all its commands. */
export function renderCommands(program) {
  const placed = new Set(CHAPTERS.flatMap(([, names]) => names));
  const named = new Map(program.commands.map((command) => [command.name(), command]));
  const chapters = CHAPTERS.map(([title, names], at) => {
    const others = at === CHAPTERS.length - 1 ? [...named.keys()].filter((name) => !placed.has(name)) : [];
    const groups = [...names, ...others].flatMap((name) => named.get(name) ?? []);
    return groups.length === 0 ? [] : [`## ${title}`, ...groups.map(renderGroup)];
  });
  const globals = ['## Before every command', tableOf(visibleOptions(program))];
  return `${[INTRODUCTION, ...globals, ...chapters.flat()].join('\n\n')}\n`;
}

function renderGroup(group) {
  if (group.commands.length === 0) return renderCommand(group, '###');
  return [
    `### ${group.name()}`,
    sentence(group.description()),
    ...group.commands.map((each) => renderDeep(each, '####')),
  ].join('\n\n');
}

function renderDeep(command, level) {
  if (command.commands.length === 0) return renderCommand(command, level);
  return command.commands.map((each) => renderDeep(each, level)).join('\n\n');
}

function renderCommand(command, level) {
  const parts = [`${level} ${pathOf(command).join(' ')}`, sentence(command.description())];
  parts.push(['```', `seller-ledger ${[...pathOf(command), ...given(command)].join(' ')}`, '```'].join('\n'));
  const described = command.registeredArguments.filter(({ description }) => description !== '');
  const rows = [
    ...described.map((argument) => `| \`${argumentText(argument)}\` | ${cell(argument.description)} |`),
    ...rowsOf(visibleOptions(command)),
  ];
  if (rows.length > 0) parts.push(['| | |', '| --- | --- |', ...rows].join('\n'));
  return parts.join('\n\n');
}

/** What a command cannot do without: its arguments, then the options that have to be given. */
function given(command) {
  const needed = visibleOptions(command).filter(({ mandatory }) => mandatory);
  return [
    ...command.registeredArguments.map(argumentText),
    ...needed.map(({ flags }) => flags.replace(/<(.*)>/, (_, name) => name.toUpperCase())),
  ];
}

function pathOf(command) {
  return command.parent ? [...pathOf(command.parent), command.name()] : [];
}

function argumentText(argument) {
  const name = `${argument.name().toUpperCase()}${argument.variadic ? '…' : ''}`;
  return argument.required ? name : `[${name}]`;
}

function visibleOptions(command) {
  return command.options.filter(({ hidden, long }) => {
    if (hidden || long === '--version') return false;
    // Said once, before every command.
    return long !== '--json' || command.parent === null;
  });
}

function tableOf(options) {
  return ['| | |', '| --- | --- |', ...rowsOf(options)].join('\n');
}

function rowsOf(options) {
  return options.map((option) => `| \`${option.flags}\` | ${cell(option.description)}${notesOf(option)} |`);
}

function notesOf({ mandatory, defaultValue, defaultValueDescription, envVar, argChoices, negate }) {
  const shown = defaultValueDescription ?? defaultValue;
  const isShown =
    shown !== undefined && !negate && ['string', 'number', 'bigint'].includes(typeof shown) && shown !== '';
  const notes = [
    ...(mandatory ? ['has to be given'] : []),
    ...(argChoices ? [`one of ${argChoices.map((choice) => `\`${choice}\``).join(', ')}`] : []),
    ...(isShown ? [`default \`${shown}\``] : []),
    ...(envVar ? [`or variable \`${envVar}\``] : []),
  ];
  return notes.length > 0 ? ` (${notes.join('; ')})` : '';
}

function cell(text) {
  return text.replaceAll('|', '\\|').replace(/[<*]/g, '\\$&');
}

function sentence(text) {
  const shown = text.charAt(0).toUpperCase() + text.slice(1);
  return `${cell(shown)}.`.replace(/\.\.$/, '.');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { createProgram } = await import('../dist/src/entrypoints/cli/program.js');
  const program = await createProgram([], () => async () => {});
  const text = renderCommands(program);
  if (process.argv.includes('--write')) writeFileSync(DOCUMENT, text);
  else process.stdout.write(text);
}
