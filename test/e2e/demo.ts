import { mkdtempSync, rmSync } from 'node:fs';
import { startCli } from '../kill/cli.ts';

export interface RunningDemo {
  /** Of the page. */
  readonly url: string;
  readonly home: string;
  /** Of everybody in it. */
  readonly password: string;
  /** All that it printed until it was ready. */
  readonly text: string;
  stop(): Promise<void>;
}

/** The real demo in books of its own, once everything in it has had its first turn. */
export async function startDemo(
  environment: Record<string, string> = {},
  options: readonly string[] = [],
): Promise<RunningDemo> {
  // Below /var/tmp, where the embedded server's own user may enter when the tests run as root.
  const home = mkdtempSync('/var/tmp/seller-ledger-e2e-');
  const clear = () => rmSync(home, { recursive: true, force: true });
  let text = '';
  try {
    const own = { ...environment, SELLER_LEDGER_HOME: home };
    const program = await startProgram(['start', '--demo', '--port', '0', ...options], own, (printed) => {
      text = printed;
      // The last line of what it says.
      return /with the password \S+\s*\n/.test(printed) ? /All of them: (\S+)/.exec(printed)?.[1] : undefined;
    });
    return {
      url: program.url,
      home,
      password: /password (\S+)/.exec(text)?.[1] ?? '',
      text,
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
