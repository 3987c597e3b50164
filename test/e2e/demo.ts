import { mkdtempSync, rmSync } from 'node:fs';
import { startCli } from '../kill/cli.ts';

export interface RunningDemo {
  /** Of the page. */
  readonly url: string;
  readonly pretendSap: string;
  stop(): Promise<void>;
}

/** The real demo in books of its own, once it has posted what it has. */
export async function startDemo(): Promise<RunningDemo> {
  // Below /var/tmp, where the embedded server's own user may enter when the tests run as root.
  const home = mkdtempSync('/var/tmp/seller-ledger-e2e-');
  const clear = () => rmSync(home, { recursive: true, force: true });
  let pretendSap = '';
  try {
    const program = await startProgram(['start', '--demo', '--port', '0'], { SELLER_LEDGER_HOME: home }, (text) => {
      pretendSap = /Pretend SAP\s+(http:\S+)\/_sim/.exec(text)?.[1] ?? '';
      return pretendSap ? /All of them: (\S+)/.exec(text)?.[1] : undefined;
    });
    return {
      url: program.url,
      pretendSap,
      stop: async () => {
        await program.stop();
        clear();
      },
    };
  } catch (error) {
    clear();
    throw error;
  }
}

export interface RunningProgram {
  /** Of the page. */
  readonly url: string;
  stop(): Promise<void>;
}

/** The program as it is installed, once it says where its page is. */
export async function startProgram(
  args: readonly string[],
  environment: Record<string, string>,
  urlIn = (text: string) => /Page: (\S+)\s/.exec(text)?.[1],
): Promise<RunningProgram> {
  const child = startCli(args, environment);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let text = '';
  child.stderr?.on('data', (chunk) => {
    text += chunk;
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      text += chunk;
      const found = urlIn(text);
      if (found) resolve(found);
    });
    void ended.then(() => reject(new Error(`the program ended before it was ready: ${text}`)));
  });
  return {
    url,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
