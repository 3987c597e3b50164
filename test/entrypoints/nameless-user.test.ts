/** A container may run as a user that is in no list of users: the system has neither a name nor a home for it. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { userActor } from '../../src/entrypoints/cli/user.ts';
import { homeOf } from '../../src/entrypoints/environment.ts';
import { currentUid } from '../../src/store/embedded/os-user.ts';

const state = vi.hoisted(() => ({ isNameless: true }));
vi.mock('node:os', async (importOriginal) => {
  const os = await importOriginal<typeof import('node:os')>();
  const orThrow =
    <Args extends unknown[], Result>(ask: (...args: Args) => Result) =>
    (...args: Args) => {
      if (state.isNameless) throw new Error('A system error occurred: uv_os_get_passwd returned ENOENT');
      return ask(...args);
    };
  return { ...os, userInfo: orThrow(os.userInfo), homedir: orThrow(os.homedir) };
});

afterEach(() => {
  state.isNameless = true;
  vi.restoreAllMocks();
});

describe('a user the system has no name for', () => {
  it('acts by its number, or by the name it gives itself', () => {
    vi.spyOn(process, 'getuid').mockReturnValue(4711);
    expect(userActor({})).toEqual({ kind: 'user', name: 'uid 4711' });
    expect(userActor({ SELLER_LEDGER_USER: 'anna' })).toEqual({ kind: 'user', name: 'anna' });
  });

  it('control: one with a name acts by it', () => {
    state.isNameless = false;
    expect(userActor({}).name).not.toMatch(/^uid /);
  });

  it('has its books in the folder of the system, unless it names another', () => {
    vi.spyOn(process, 'getuid').mockReturnValue(4711);
    expect(homeOf({})).toBe('/var/lib/seller-ledger');
    expect(homeOf({ XDG_DATA_HOME: '/data' })).toBe('/data/seller-ledger');
  });

  it('is compared with the owner of the data by its number', () => {
    vi.spyOn(process, 'getuid').mockReturnValue(4711);
    expect(currentUid()).toBe(4711);
  });
});
