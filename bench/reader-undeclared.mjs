// Our reader on a file that came without a Content-Type: it reads the whole file once more to be sure of its charset.
import { read as readDeclared } from './reader-seller-ledger.mjs';

export const label = 'seller-ledger, charset unknown';

export function read(path) {
  return readDeclared(path, undefined);
}
