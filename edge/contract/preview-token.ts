// Tokens that show one variant of an experiment to whoever has one: signed by control, checked by the fronts. Both run
// this very code.
//
//   <what it says, JSON in base64url>.<HMAC-SHA-256 of that, in base64url>

export interface Preview {
  readonly function: string;
  readonly experiment: string;
  readonly variant: string;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

/** Longer ones are not looked at. */
export const previewTokenLengthMax = 1000;

const HMAC = { name: 'HMAC', hash: 'SHA-256' } as const;

/** `key` is in base64. */
export async function signPreview(preview: Preview, key: string): Promise<string> {
  const payload = toText(new TextEncoder().encode(JSON.stringify(preview)));
  const secret = await crypto.subtle.importKey('raw', toBytes(key), HMAC, false, ['sign']);
  const signature = await crypto.subtle.sign('HMAC', secret, new TextEncoder().encode(payload));
  return `${payload}.${toText(new Uint8Array(signature))}`;
}

/** Undefined for what this installation has not signed. Whether it has expired is left to the caller. */
export async function openPreview(token: string, key: string): Promise<Preview | undefined> {
  if (token.length > previewTokenLengthMax || key === '') return undefined;
  const [payload = '', signature = '', more] = token.split('.');
  if (more !== undefined) return undefined;
  const secret = await crypto.subtle.importKey('raw', toBytes(key), HMAC, false, ['verify']);
  // Compares in constant time.
  const signed = new TextEncoder().encode(payload);
  if (!(await crypto.subtle.verify('HMAC', secret, toBytes(signature), signed))) return undefined;
  return JSON.parse(new TextDecoder().decode(toBytes(payload))) as Preview;
}

function toText(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** Of base64 in either alphabet; empty for other text, which no signature fits. */
function toBytes(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}
