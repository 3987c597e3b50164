import { createContext, useContext } from 'react';
import type { SessionAnswer } from '../../src/entrypoints/http/contract/access.ts';

export type User = NonNullable<SessionAnswer['user']>;

export const UserContext = createContext<User | null>(null);

/** Whoever is signed in. */
export function useUser(): User | null {
  return useContext(UserContext);
}

/** Whether a button is worth showing. The service checks anew. */
export function useMay(permission: string): boolean {
  return useUser()?.permissions.includes(permission) ?? false;
}
