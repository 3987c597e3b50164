import { API_ROOT } from '../register-routes.ts';
import type { Route } from '../route.ts';

/** Tells which methods there are at an address, for whoever used another one. */
export function methodsAt(routes: readonly Route[]): (url: string) => readonly string[] {
  const patterns = routes.map(({ facts: { path, method } }) => ({
    method,
    pattern: new RegExp(
      `^${API_ROOT}${path
        .replaceAll(/[.+()]/g, '\\$&')
        .replaceAll(/:\w+/g, '[^/]+')
        .replace('*', '.+')}$`,
    ),
  }));
  return (url) => {
    const path = url.split('?')[0] ?? '';
    return [...new Set(patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))].sort();
  };
}
