import { createContext, useContext } from 'react';
import type { About } from '../../src/entrypoints/http/contract/about.ts';

export type User = NonNullable<About['user']>;

export const UserContext = createContext<User | null>(null);

/** Whoever is signed in. */
export function useUser(): User | null {
  return useContext(UserContext);
}

/** Whether a button is worth showing. The service checks anew. */
export function useMay(permission: string): boolean {
  return useUser()?.permissions.includes(permission) ?? false;
}
