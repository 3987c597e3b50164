import type { FastifyReply } from 'fastify';

/** What no file system takes in a name, or what would be a folder, an order to a terminal, or a turn of the direction of writing. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}/\\:*?"<>|]+/gu;
const NAME_LENGTH_MAX = 150;
/** A percent sign is decoded by some browsers, so a name with one is told in the other form. */
const NOT_PLAIN = /[^\x20-\x7e]|%/gu;
const LEFT_BY_ENCODING = /['()*]/g;

/** The value of `content-disposition` for a file with this name (RFC 6266), whatever is in it. */
export function attachment(name: string): string {
  const safe = [...name.replace(UNSAFE, '-').replace(/^[.\s]+/, '')].slice(-NAME_LENGTH_MAX).join('') || 'file';
  const plain = safe.replace(NOT_PLAIN, '_');
  const encoded = encodeURIComponent(safe).replace(
    LEFT_BY_ENCODING,
    (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return plain === safe
    ? `attachment; filename="${safe}"`
    : `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

/** Answers with a file that is there as a whole. */
export function sendFile(
  reply: FastifyReply,
  { name, type, bytes }: { readonly name: string; readonly type: string; readonly bytes: Uint8Array },
): FastifyReply {
  return reply
    .header('content-type', type)
    .header('content-disposition', attachment(name))
    .serializer((sent: unknown) => sent as string)
    .send(Buffer.from(bytes));
}
