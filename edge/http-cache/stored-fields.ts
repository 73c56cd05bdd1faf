// Which header fields of a response are kept with it, and what a later answer changes in them (RFC 9111 sections 3.1 and
// 3.2).

import { type Fields, membersOf, valueOf } from './fields.ts';
import { directivesOf } from './judge-storing.ts';

/** Of one connection, or ours. */
const NEVER_STORED = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authentication-info', 'proxy-authorization'],
  ...['proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
  ...['age', 'cache-tag', 'cache-status', 'content-length'],
]);
/** They describe the body that is stored, and a 304 has none. */
const OF_THE_BODY = new Set([
  ...['content-encoding', 'content-length', 'content-range', 'content-md5', 'etag'],
]);

/** Without what is of one connection or one visitor. `Date` is there: with it others can tell the age. */
export function storedFields(fields: Fields, answeredAt: number): Fields {
  const named = new Set([...membersOf(valueOf(fields, 'connection')), ...qualified(fields)]);
  const lower = new Set([...named].map((name) => name.toLowerCase()));
  const kept = fields.filter(
    ([name]) =>
      !NEVER_STORED.has(name) && !lower.has(name) && name !== 'set-cookie' && !name.startsWith('x-selvedge-'),
  );
  return valueOf(kept, 'date') === null
    ? [...kept, ['date', new Date(answeredAt).toUTCString()] as const]
    : kept;
}

/** `no-cache="a, b"` and `private="a, b"` are of the fields that they name. */
function qualified(fields: Fields): string[] {
  const said = directivesOf(fields);
  return ['no-cache', 'private'].flatMap((name) => {
    const value = said.get(name);
    return typeof value === 'string' ? membersOf(value) : [];
  });
}

/** What is stored, after a 304 has said that it still holds. */
export function freshenedFields(stored: Fields, answer: Fields, answeredAt: number): Fields {
  const given = storedFields(answer, answeredAt).filter(([name]) => !OF_THE_BODY.has(name));
  const names = new Set(given.map(([name]) => name));
  return [...stored.filter(([name]) => !names.has(name)), ...given];
}
