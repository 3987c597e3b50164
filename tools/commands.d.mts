import type { Command } from 'commander';

/** The whole of docs/commands.md, from the program with all its commands. */
export function renderCommands(program: Command): string;
