import { type Command, Option } from 'commander';
import type { Workspace } from '../composition.ts';
import type { CommandContext } from './program.ts';

export interface TelemetryChoice {
  readonly metricsPort?: number;
  readonly listen: string;
}

/** What a process that runs for long says of its own state. */
export interface EngineSign {
  isRunning: boolean;
}

/** For every command that runs until it is stopped. */
export function withTelemetryOptions(command: Command, parsePort: (text: string) => number): Command {
  return command
    .addOption(
      new Option('--metrics-port <port>', 'serve /metrics, /health/live and /health/ready there')
        .env('SELLER_LEDGER_METRICS_PORT')
        .argParser(parsePort),
    )
    .addOption(
      new Option('--listen <address>', 'address for them; 0.0.0.0 in a container')
        .env('SELLER_LEDGER_METRICS_LISTEN')
        .default('127.0.0.1'),
    );
}

/** Serves metrics and health while the work goes on, where they are wished for. The work says when its engine runs. */
export async function whileMeasured(
  { terminal }: CommandContext,
  workspace: Workspace,
  options: TelemetryChoice & { readonly stopped: Promise<void> },
  work: (engine: EngineSign) => Promise<number>,
): Promise<number> {
  const engine: EngineSign = { isRunning: false };
  if (options.metricsPort === undefined) return work(engine);
  const { serveTelemetry } = await import('../telemetry/serve-telemetry.ts');
  const { metricsPort: port, listen } = options;
  const telemetry = await serveTelemetry({ workspace, port, listen, isRunning: () => engine.isRunning });
  // Nobody counts on a process that is about to end.
  void options.stopped.then(() => telemetry.health.stop());
  try {
    terminal.say(`Metrics: ${telemetry.url}/metrics`);
    return await work(engine);
  } finally {
    await telemetry.close();
  }
}
