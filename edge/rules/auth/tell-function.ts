// Tells the function who was let in, in headers that no client can send: those of that name are taken off every
// request. What is not ASCII goes in base64url with `=` before it, which JSON and names of users never begin with.

import type { Identity } from '../../auth/identity.ts';
import { CLAIMS_HEADER, ROLES_HEADER, USER_HEADER } from '../../contract/names.ts';
import type { HeaderEdit } from '../header-edit.ts';

/** Claims that are longer are left out: the function has the token. */
export const claimsBytesMax = 8192;

/** Of an identity that is remembered, as that of a token is, they are made once. */
const made = new WeakMap<Identity, readonly HeaderEdit[]>();

export function identityHeaders(identity: Identity): readonly HeaderEdit[] {
  const known = made.get(identity);
  if (known) return known;
  const headers = headersOf(identity);
  made.set(identity, headers);
  return headers;
}

function headersOf({ subject, roles, claims }: Identity): readonly HeaderEdit[] {
  const json = JSON.stringify(claims);
  return [
    { op: 'set', name: USER_HEADER, value: headerText(subject) },
    { op: 'set', name: ROLES_HEADER, value: headerText(roles.map(roleText).join(',')) },
    ...(json.length <= claimsBytesMax
      ? [{ op: 'set', name: CLAIMS_HEADER, value: headerText(json) } as const]
      : []),
  ];
}

/** A name may have a comma in it, and is not to be two. */
const roleText = (role: string): string => role.replace(/[%,]/g, encodeURIComponent);

export function headerText(text: string): string {
  if (/^[\x21-\x3c\x3e-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text) || text === '') return text;
  const bytes = new TextEncoder().encode(text);
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  return `=${base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}`;
}
