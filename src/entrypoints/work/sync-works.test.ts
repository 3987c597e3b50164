import { describe, expect, it } from 'vitest';
import { Problem, silentLog } from '../../core/index.ts';
import { withSettingsOfNow } from './sync-works.ts';

const outdated = new Problem({
  code: 'SETTINGS_OUTDATED',
  kind: 'conflict',
  says: 'Others are stored.',
  next: 'Again.',
});

const attempts = async (changes: number, other?: Error) => {
  let made = 0;
  const work = async () => {
    made += 1;
    if (other) throw other;
    if (made <= changes) throw outdated;
    return 'done';
  };
  const result = await withSettingsOfNow({ log: silentLog }, { connection: 'acme', work }).catch(
    (thrown: { code?: string; message: string }) => thrown.code ?? thrown.message,
  );
  return [result, made];
};

describe('a work whose settings changed while it was done', () => {
  it('is done anew with those of now', async () => {
    expect(await attempts(0)).toEqual(['done', 1]);
    expect(await attempts(1)).toEqual(['done', 2]);
  });

  it('is given up for now where they change again and again, so that its job is tried later', async () => {
    expect(await attempts(9)).toEqual(['SETTINGS_OUTDATED', 3]);
  });

  it('control: is not done again for anything else', async () => {
    expect(await attempts(0, new Error('no'))).toEqual(['no', 1]);
  });
});
