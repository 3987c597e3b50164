import { isSignedBy, Problem, type Sha256, signedText } from '../../core/index.ts';
import type { AuditChain, AuditKeys } from '../audit-log.ts';

/** The version of the form of a head; a verifier refuses another one. */
export const HEAD_FORMAT = 'seller-ledger audit head 1';

/** Where a chain ended at some moment, as the installation signed it. Whoever keeps it elsewhere can prove later what was there. */
export interface SignedHead {
  readonly format: string;
  readonly chain: AuditChain;
  /** Its name; `null` for chains that belong to none. */
  readonly connection: string | null;
  readonly sequence: number;
  readonly hash: Sha256;
  readonly at: string;
  readonly programVersion: string;
  /** Ed25519, DER (SPKI) in base64. */
  readonly publicKey: string;
  /** Of all the other members as canonical JSON, base64. */
  readonly signature: string;
}

export async function signHead(
  keys: Pick<AuditKeys, 'signAudit'>,
  head: Omit<SignedHead, 'format' | 'publicKey' | 'signature'>,
): Promise<SignedHead> {
  const facts = { format: HEAD_FORMAT, ...head };
  const { publicKey, signature } = await keys.signAudit((publicKey) => signedText({ ...facts, publicKey }));
  return { ...facts, publicKey, signature };
}

/** Whether the signature is of these facts by the key that stands beside it. Whose key that is, only a person can say. */
export function isSigned(head: SignedHead): boolean {
  return isSignedBy(head.publicKey, head);
}

/** Raises `AUDIT_HEAD_UNREADABLE` (invalid) for what is no head, or one whose signature is of something else. */
export function readHead(text: string, name: string): SignedHead {
  let head: Partial<SignedHead> = {};
  try {
    head = JSON.parse(text) as Partial<SignedHead>;
  } catch {
    // Told below, as what has another form.
  }
  if (head?.format !== HEAD_FORMAT) throw unreadable(name, 'it is no signed head of this form');
  if (!isSigned(head as SignedHead)) throw unreadable(name, 'its signature is not of what it says');
  return head as SignedHead;
}

function unreadable(name: string, what: string): Problem {
  return new Problem({
    code: 'AUDIT_HEAD_UNREADABLE',
    kind: 'invalid',
    says: `The signed head ${name} proves nothing: ${what}.`,
    next: 'Name the file that seller-ledger audit head wrote, unchanged.',
    where: { file: name },
  });
}
