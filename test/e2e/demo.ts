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
  const child = startCli(['start', '--demo', '--port', '0'], { SELLER_LEDGER_HOME: home });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(home, { recursive: true, force: true });
  };
  let text = '';
  child.stderr?.on('data', (chunk) => {
    text += chunk;
  });
  const addresses = new Promise<{ url: string; pretendSap: string }>((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      text += chunk;
      const url = /All of them: (\S+)/.exec(text)?.[1];
      const pretendSap = /Pretend SAP\s+(http:\S+)\/_sim/.exec(text)?.[1];
      if (url && pretendSap) resolve({ url, pretendSap });
    });
    void ended.then(() => reject(new Error(`the demo ended before it was ready: ${text}`)));
  });
  try {
    return { ...(await addresses), stop };
  } catch (error) {
    rmSync(home, { recursive: true, force: true });
    throw error;
  }
}
