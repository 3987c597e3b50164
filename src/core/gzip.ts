const MAGIC = [0x1f, 0x8b];
/** As many bytes tell. */
export const GZIP_MAGIC_BYTES = MAGIC.length;

/** Whether content that begins so is compressed, whatever its name says (RFC 1952, 2.3.1). */
export function beginsAsGzip(head: Uint8Array): boolean {
  return MAGIC.every((byte, index) => head[index] === byte);
}
