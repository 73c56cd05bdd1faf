// A name for one request, which the platform knows it by when it comes again.

const keyBytes = 16;

/** Not `randomUUID`, which browsers have on secure pages only; a page of a machine in the house is none. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(keyBytes));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
