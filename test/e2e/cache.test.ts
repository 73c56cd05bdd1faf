// Goal: what a function answers is kept as its rule says, for all fronts, for nobody else's function, and over restarts.
// Method: functions that count their calls, so that an answer tells which call made it.

import { expect, test } from 'vitest';
import { useSharedSelvedge } from '../support/use-shared-selvedge.ts';
import { waitFor } from '../support/wait-for.ts';

const platform = useSharedSelvedge();

/** Answers with the number of the call. Parameters of the query are fields of the answer, or what it is to do. */
const COUNTING = `let calls = 0;
export default async (request) => {
  const { pathname, searchParams } = new URL(request.url);
  calls += 1;
  const headers = new Headers();
  for (const [name, value] of searchParams) if (name.startsWith('h-')) headers.append(name.slice(2), value);
  if (searchParams.has('delay')) await new Promise((resolve) => setTimeout(resolve, 300));
  if (searchParams.has('broken') && calls > 1) throw new Error('broken');
  return new Response('call ' + calls + ' of ' + pathname, { headers });
};`;

/**
 * Asks on so many connections that each front has some. A front that has found the cache away does not ask it for a second,
 * whatever the others do, and what it answers in that time is not kept.
 */
async function isHit(host: string, path: string): Promise<boolean> {
  for (let times = 0; times < 20; times += 1)
    if (!status(await platform.call(host, path)).startsWith('selvedge; hit')) return false;
  return true;
}

const status = ({ headers }: { headers: Record<string, unknown> }): string => String(headers['cache-status']);

test('an answer is given again with its age, to ranges and HEAD too, and a write makes it forgotten', async () => {
  await platform.create('plain', COUNTING, { rules: { cache: { ttl: 60 } } });
  const first = await platform.call('plain', '/a');
  expect([first.text, status(first)]).toEqual(['call 1 of /a', 'selvedge; fwd=uri-miss; stored']);
  const second = await platform.call('plain', '/a');
  expect([second.text, status(second)]).toEqual(['call 1 of /a', 'selvedge; hit; ttl=60']);
  expect(second.headers.age).toBe('0');
  const part = await platform.call('plain', '/a', { headers: { range: 'bytes=0-3' } });
  expect([part.status, part.text, part.headers['content-range']]).toEqual([206, 'call', 'bytes 0-3/12']);
  const head = await platform.call('plain', '/a', { method: 'HEAD' });
  expect([head.text, head.headers['content-length'], status(head)]).toEqual([
    '',
    '12',
    'selvedge; hit; ttl=60',
  ]);
  await platform.call('plain', '/a', { method: 'POST', body: 'new' });
  expect((await platform.call('plain', '/a')).text).toBe('call 3 of /a');
});

test('requests that come together over all fronts are one call; what may not be stored makes nobody wait twice', async () => {
  await platform.create('slow', COUNTING, { rules: { cache: { ttl: 60 } } });
  const together = await Promise.all(Array.from({ length: 20 }, () => platform.call('slow', '/?delay')));
  expect(new Set(together.map(({ text }) => text))).toEqual(new Set(['call 1 of /']));
  const path = '/own?delay&h-cache-control=no-store';
  const apart = await Promise.all(Array.from({ length: 5 }, () => platform.call('slow', path)));
  // Calls 2 to 6, each its own: the last four were let go together, and tell how many there were by then.
  expect(apart.map(({ text }) => text)).toContain('call 6 of /own');
  const again = await Promise.all(Array.from({ length: 5 }, () => platform.call('slow', path)));
  expect(new Set(again.map(({ text }) => text))).toEqual(new Set(['call 11 of /own']));
  // Nobody waits for another where it was seen that nothing is kept.
  expect(again.map(status).filter((said) => said.includes('collapsed'))).toEqual([]);
});

test('entries survive the cache, which is replaced; while it is away requests go to the function', async () => {
  await platform.create('kept', COUNTING, { rules: { cache: { ttl: 600 } } });
  expect(status(await platform.call('kept', '/k'))).toMatch(/stored$/);
  const victim = platform.processes().find(({ kind }) => kind === 'cache')?.pid ?? 0;
  process.kill(victim, 'SIGKILL');
  const meanwhile = await platform.call('kept', '/other');
  expect(meanwhile.status).toBe(200);
  await waitFor('the next cache, on every front', () => isHit('kept', '/k'));
  expect((await platform.call('kept', '/k')).text).toBe('call 1 of /k');
  // What is left of the one before is read and removed beside the start of the next.
  await waitFor('one cache', () => platform.processes().filter(({ kind }) => kind === 'cache').length === 1);
});

test('a purge by URL, tag, prefix or function takes what it names, on every front, when it answers', async () => {
  await platform.create('purged', COUNTING, { rules: { cache: { ttl: 600, tags: ['all'] } } });
  const host = `purged.localhost:${platform.edgePort}`;
  const paths = ['/img/a', '/img/b', '/page?h-cache-tag=news,sport'];
  const ask = async (): Promise<string[]> => {
    const answers = [];
    for (const path of paths) {
      const answer = await platform.call(host, path);
      // Where the cache was away for a front, nothing is there to be purged.
      expect(status(answer)).toMatch(/stored$|^selvedge; hit/);
      answers.push(answer.text.split(' ')[1] ?? '');
    }
    return answers;
  };
  const purge = async (body: object): Promise<unknown> =>
    (await platform.api<Record<string, unknown>>('POST', '/cache/purge', body)).body.purged;
  expect(await ask()).toEqual(['1', '2', '3']);
  expect(await purge({ function: 'purged', urls: [`http://${host}/img/a`] })).toBe(1);
  expect(await ask()).toEqual(['4', '2', '3']);
  expect(await purge({ prefixes: [`${host}/img/`] })).toBe(2);
  expect(await ask()).toEqual(['5', '6', '3']);
  expect(await purge({ project: 'default', tags: ['sport'] })).toBe(1);
  expect(await ask()).toEqual(['5', '6', '7']);
  expect(await purge({ function: 'purged', everything: true })).toBe(3);
  expect(await ask()).toEqual(['8', '9', '10']);
  expect(await purge({ project: 'elsewhere', everything: true })).toBe(0);
  const refused = await platform.api<{ error: { message: string } }>('POST', '/cache/purge', {
    tags: ['x'],
    urls: ['y'],
  });
  expect(refused.status).toBe(400);
  expect(refused.body.error.message).toMatch(/exactly one of urls, tags, prefixes and everything/);
  const shown = await platform.api<{ functions: { name: string; entries: number; hits: number }[] }>(
    'GET',
    '/cache',
  );
  expect(shown.body.functions.find(({ name }) => name === 'purged')).toMatchObject({ entries: 3 });
});

test('a new version begins with nothing stored, and a failing one is stood in for', async () => {
  await platform.create('deployed', COUNTING, { rules: { cache: { ttl: 600 } } });
  await platform.call('deployed', '/d');
  const { status: deployed } = await platform.api('PUT', '/functions/deployed', {
    code: COUNTING.replace("'call '", "'new call '"),
  });
  expect(deployed).toBe(200);
  expect((await platform.call('deployed', '/d')).text).toBe('new call 1 of /d');
  await platform.create('failing', COUNTING, { rules: { cache: { ttl: 0, stale_if_error: 60 } } });
  expect((await platform.call('failing', '/?broken')).text).toBe('call 1 of /');
  const stale = await platform.call('failing', '/?broken');
  expect([stale.status, stale.text]).toEqual([200, 'call 1 of /']);
  expect(status(stale)).toBe('selvedge; fwd=stale; detail=stale-if-error');
});

test('each function has a Cache API of its own, whatever keys and names it uses', async () => {
  const api = `export default async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    const name = searchParams.get('cache');
    const cache = name === null ? caches.default : await caches.open(name);
    const key = searchParams.get('key') ?? 'https://shop.test' + pathname;
    if (request.method === 'DELETE') return Response.json(await cache.delete(key));
    if (request.method === 'PUT') {
      await cache.put(key, new Response(await request.text(), { headers: { 'cache-control': 'max-age=60' } }));
      return new Response('put');
    }
    return (await cache.match(new Request(key, { headers: request.headers }))) ?? new Response('nothing', { status: 404 });
  };`;
  await platform.create('one', api);
  await platform.create('two', api);
  expect((await platform.call('one', '/k', { method: 'PUT', body: 'of one' })).text).toBe('put');
  expect((await platform.call('one', '/k')).text).toBe('of one');
  expect((await platform.call('one', '/k', { headers: { range: 'bytes=3-' } })).text).toBe('one');
  const tries = [
    '/k',
    '/k?cache=default',
    '/k?cache=',
    '/k?cache=one',
    '/?key=http://cache/k',
    '/?key=https://shop.test/k%23x',
  ];
  for (const path of tries) expect((await platform.call('two', path)).text).toBe('nothing');
  expect((await platform.call('one', '/k?cache=other')).text).toBe('nothing');
  expect((await platform.call('two', '/k', { method: 'DELETE' })).text).toBe('false');
  expect((await platform.call('one', '/k', { method: 'DELETE' })).text).toBe('true');
  expect((await platform.call('one', '/k')).status).toBe(404);
});
