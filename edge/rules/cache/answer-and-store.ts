// A request that asks the function for everybody of its key: what it answers is stored, or is said not to be.

import type { CacheAnswered, CacheLease, CacheMiss } from '../../contract/cache.ts';
import { fieldsOf, membersOf } from '../../http-cache/fields.ts';
import { isUnchanged } from '../../http-cache/judge-condition.ts';
import { judgeStoring } from '../../http-cache/judge-storing.ts';
import { STATUS_CLIENT_LEFT } from '../../traffic/flight.ts';
import type { Visit } from '../visit.ts';
import { forwarded, fromStore } from './finish-cached.ts';
import { failed, standingIn, stoodIn } from './standing-in.ts';
import { storeResponse } from './store-response.ts';
import type { Way } from './through-cache.ts';

interface Leading {
  readonly miss: CacheMiss;
  readonly collapsed?: true;
  readonly standsIn?: true;
  readonly lease: CacheLease;
}

/** `forVisitor` is false behind an answer that he has already. */
export async function answerAndStore(way: Way, leading: Leading, forVisitor = true): Promise<Response> {
  const { rule, visit, door, next } = way;
  const { lease, miss: fwd, collapsed } = leading;
  const release = (waiters: 'pass' | 'alone' | 'again'): Promise<boolean> =>
    door.tell('POST', { do: 'release', lease: lease.id, waiters });
  // Nothing behind `next` may be left to run once he has gone.
  visit.request.signal.addEventListener('abort', () => visit.ctx.waitUntil(release('again')));
  askWhole(visit, lease);
  const askedAt = Date.now();
  let response: Response;
  try {
    response = await standingIn(way, leading.standsIn === true, lease.id, next);
  } catch (error) {
    await release('alone');
    throw error;
  }
  if (stoodIn.has(response)) return forwarded(rule, response, { fwd, detail: 'stale-if-error' });
  const answered = answeredOf(way, response, askedAt);
  if (response.status === 304 && asksAbout(lease)) {
    const reply = await door.ask(visit.request, { do: 'freshen', lease: lease.id, answered });
    if (reply && 'hit' in reply.answer)
      return fromStore(rule, reply.response, reply.answer, { fwd, fwdStatus: 304, collapsed });
    // What was asked about is gone.
    askWhole(visit, { id: lease.id, bytesMax: lease.bytesMax });
    return forwarded(rule, await next(), { fwd, collapsed });
  }
  const refused = whyNot(answered, way, lease);
  if (refused !== undefined) {
    // A credential of his says nothing of what others ask: it is not to keep theirs from being stored.
    const aside = failed(response) || refused === 'authorization';
    await release(response.status === STATUS_CLIENT_LEFT ? 'again' : aside ? 'alone' : 'pass');
    visit.trace.note('cache', `the answer is not stored: ${refused}`);
    return unchanged(visit, forwarded(rule, response, { fwd, collapsed, detail: refused }));
  }
  const whole = forVisitor && !isKnown(visit, answered);
  const { response: given, stored } = await storeResponse({ door, lease, answered }, response, whole, visit);
  visit.trace.note('cache', stored ? 'the answer is stored' : 'the cache did not take the answer');
  return unchanged(
    visit,
    forwarded(rule, given, {
      fwd,
      fwdStatus: fwd === 'stale' ? response.status : undefined,
      stored,
      collapsed,
    }),
  );
}

const asksAbout = ({ etag, lastModified }: CacheLease): boolean =>
  etag !== undefined || lastModified !== undefined;

/** The function is asked for all of it, or about what is stored, whatever the visitor has. */
function askWhole({ requestHeaders }: Visit, { etag, lastModified }: CacheLease): void {
  for (const [name, value] of [
    ['if-none-match', etag],
    ['if-modified-since', lastModified],
  ] as const)
    requestHeaders.push(value === undefined ? { op: 'remove', name } : { op: 'set', name, value });
}

function answeredOf({ rule, personal }: Way, response: Response, askedAt: number): CacheAnswered {
  const fields = fieldsOf(response.headers);
  return {
    status: response.status,
    ...{ fields, personal, askedAt },
    answeredAt: Date.now(),
    rule: rule.storing,
    tags: [...rule.tags, ...membersOf(response.headers.get('cache-tag'))],
    // workerd gives what is encoded so decoded to whoever reads it.
    decoded: /^\s*(gzip|br)\s*$/i.test(response.headers.get('content-encoding') ?? ''),
  };
}

function whyNot(answered: CacheAnswered, { rule }: Way, { bytesMax }: CacheLease): string | undefined {
  const { fields } = answered;
  if (fields.some(([name]) => name === 'x-selvedge-error')) return 'platform-error';
  const judged = judgeStoring({ ...answered, method: 'GET' }, rule.storing);
  if (judged.refused !== undefined) return judged.refused;
  const length = Number(fields.find(([name]) => name === 'content-length')?.[1] ?? 0);
  return length > bytesMax ? 'too-large' : undefined;
}

const isKnown = ({ request }: Visit, { status, fields }: CacheAnswered): boolean =>
  status === 200 && isUnchanged(fields, (name) => request.headers.get(name), Date.now());

/** The visitor has it already, and the function was not told. */
function unchanged(visit: Visit, response: Response): Response {
  const { status, headers } = response;
  const asked = visit.request.headers.has('if-none-match') || visit.request.headers.has('if-modified-since');
  if (
    status !== 200 ||
    !asked ||
    !isUnchanged(fieldsOf(headers), (name) => visit.request.headers.get(name), Date.now())
  )
    return response;
  response.body?.cancel().catch(() => undefined);
  const fields = new Headers(headers);
  for (const name of ['content-length', 'content-type', 'content-encoding']) fields.delete(name);
  return new Response(null, { status: 304, headers: fields });
}
