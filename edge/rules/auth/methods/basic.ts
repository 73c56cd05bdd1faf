// Name and password, as browsers ask for them. The function gets neither.

import { bytesOfBase64, bytesOfHex, digestOf, sameBytes, sameText } from '../../../auth/same-text.ts';
import type { BasicMethod, BasicUser } from '../../../contract/rules/auth.ts';
import { openRuleSecret } from '../../open-rule-secret.ts';
import type { Visit } from '../../visit.ts';
import { bad, type Finding, type Method, NOTHING } from '../method.ts';

/** Of the header's value; longer ones are not looked at. */
export const basicLengthMax = 1024;

const WRONG = bad('the name or the password is not right');

export function basicMethod({ realm, users }: BasicMethod): Method {
  const challenge = `Basic realm="${realm.replaceAll(/["\\]/g, '\\$&')}", charset="UTF-8"`;
  return { type: 'basic', challenge, find, hide };

  async function find({ request, env }: Visit): Promise<Finding> {
    const credentials = readBasic(request.headers.get('authorization'));
    if (credentials === undefined) return NOTHING;
    if (credentials === null) return WRONG;
    const { name, password } = credentials;
    let who: BasicUser | undefined;
    // All of them, whichever is right: the time tells neither whether there is such a name nor which it is.
    for (const user of users) {
      const right = await isPassword(user, password, env);
      if ((await sameText(user.name, name)) && right) who = user;
    }
    if (!who) return WRONG;
    return {
      found: 'good',
      identity: { kind: 'basic', subject: who.name, roles: who.roles, scopes: [], claims: {} },
    };
  }

  function hide({ request, requestHeaders }: Visit): void {
    if (readBasic(request.headers.get('authorization')) !== undefined)
      requestHeaders.push({ op: 'remove', name: 'authorization' });
  }
}

async function isPassword({ password }: BasicUser, given: string, env: Visit['env']): Promise<boolean> {
  if ('sealed' in password) return sameText(await openRuleSecret(env, password.sealed), given);
  return sameBytes(bytesOfHex(password.sha256) ?? new Uint8Array(), await digestOf(given));
}

/** Undefined where there is no such header, null for one that cannot be read. */
export function readBasic(
  header: string | null,
): { readonly name: string; readonly password: string } | null | undefined {
  if (header === null || !/^basic /i.test(header)) return undefined;
  if (header.length > basicLengthMax) return null;
  const match = /^basic +([^ ]+) *$/i.exec(header);
  if (!match?.[1]) return undefined;
  const bytes = bytesOfBase64(match[1]);
  if (!bytes) return null;
  const text = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true }).decode(bytes);
  const colon = text.indexOf(':');
  return colon < 0 ? null : { name: text.slice(0, colon), password: text.slice(colon + 1) };
}
