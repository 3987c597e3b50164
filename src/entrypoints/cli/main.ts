#!/usr/bin/env node
import { runCli } from './program.ts';

// A reader may close the pipe early, as `head` does; what it does not want to read is no fault.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

// Set rather than exit, so that everything still written to a pipe arrives.
process.exitCode = await runCli(process.argv, process.env);
