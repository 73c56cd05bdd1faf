// Which header fields of a response are kept with it, and what a later answer changes in them (RFC 9111 sections 3.1 and
// 3.2).

import { type Fields, fieldValue, membersOf } from './fields.ts';
import { directivesOf, namedFields } from './judge-storing.ts';

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
  const hop = membersOf(fieldValue(fields, 'connection')?.toLowerCase() ?? null);
  const lower = new Set([...hop, ...namedFields(directivesOf(fields))]);
  const kept = fields.filter(
    ([name]) =>
      !NEVER_STORED.has(name) && !lower.has(name) && name !== 'set-cookie' && !name.startsWith('x-selvedge-'),
  );
  return fieldValue(kept, 'date') === null
    ? [...kept, ['date', new Date(answeredAt).toUTCString()] as const]
    : kept;
}

/** What is stored, after a 304 has said that it still holds. */
export function freshenedFields(stored: Fields, answer: Fields, answeredAt: number): Fields {
  const given = storedFields(answer, answeredAt).filter(([name]) => !OF_THE_BODY.has(name));
  const names = new Set(given.map(([name]) => name));
  return [...stored.filter(([name]) => !names.has(name)), ...given];
}
