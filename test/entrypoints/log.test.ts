import { describe, expect, it } from 'vitest';
import { createLog } from '../../src/entrypoints/log.ts';

describe('SELLER_LEDGER_LOG', () => {
  it.each(['debug', 'info', 'warn', 'error', 'silent', ''])('%j is taken', (level) => {
    expect(() => createLog({ SELLER_LEDGER_LOG: level }, 'error')).not.toThrow();
  });

  it.each(['verbose', 'INFO', 'trace', ' info'])(
    'LOG_LEVEL_INVALID: %j is refused with the ones there are',
    (level) => {
      expect(() => createLog({ SELLER_LEDGER_LOG: level }, 'error')).toThrow(
        expect.objectContaining({
          code: 'LOG_LEVEL_INVALID',
          kind: 'invalid',
          says: expect.stringContaining(JSON.stringify(level)),
          next: expect.stringContaining('debug, info, warn, error or silent'),
        }),
      );
    },
  );
});
