#!/usr/bin/env node
import { runCli } from './program.ts';

// Set rather than exit, so that everything still written to a pipe arrives.
process.exitCode = await runCli(process.argv, process.env);
