import { expect, test, vi } from 'vitest';
import type { GeoAnswer } from '../contract/geo.ts';
import { type Address, readAddress } from '../contract/ip-address.ts';
import { GeoFinder, geoPauseMs, geoQuestionsMax, geoWaitMs } from './find-geo.ts';
import { GeoCache, geoEntriesMax, geoKeptMs } from './geo-cache.ts';

const at = (text: string): Address => readAddress(text) as Address;
const DE: GeoAnswer = { geo: { country: 'DE' }, block: true };

/** A geo service that answers with what `answer` makes of the path. */
function useService(answer: (path: string) => Response | Promise<Response>) {
  const asked: string[] = [];
  const GEO = {
    fetch: vi.fn(async (url: string) => {
      const { pathname } = new URL(url);
      asked.push(pathname);
      return answer(pathname);
    }),
  };
  return { asked, source: { GEO } };
}

test('a block is asked for once, and an address that stands alone for itself', async () => {
  const { asked, source } = useService((path) =>
    Response.json(path.includes('9.9.9') ? { geo: { country: 'CH' }, block: false } : DE),
  );
  const finder = new GeoFinder();
  expect(await finder.find(at('8.8.8.8'), source)).toEqual({ country: 'DE' });
  expect(finder.find(at('8.8.8.9'), source)).toEqual({ country: 'DE' });
  expect(await finder.find(at('2a02:2e0:3fe::1'), source)).toEqual({ country: 'DE' });
  expect(finder.find(at('2a02:2e0:3fe:ffff::1'), source)).toEqual({ country: 'DE' });
  expect(await finder.find(at('2a02:2e0:3ff::1'), source)).toEqual({ country: 'DE' });
  await finder.find(at('9.9.9.1'), source);
  await finder.find(at('9.9.9.2'), source);
  expect(asked).toEqual([
    ...['/geo/8.8.8.8', '/geo/2a02:2e0:3fe::1', '/geo/2a02:2e0:3ff::1', '/geo/9.9.9.1', '/geo/9.9.9.2'],
  ]);
});

test('nobody is asked of private addresses, unless they are taken for another one', async () => {
  const { asked, source } = useService(() => Response.json(DE));
  const finder = new GeoFinder();
  expect(finder.find(at('127.0.0.1'), source)).toBeNull();
  expect(finder.find(at('fd00::1'), source)).toBeNull();
  expect(await finder.find(at('127.0.0.1'), { ...source, GEO_LOCAL: '193.99.144.80' })).toEqual({
    country: 'DE',
  });
  expect(asked).toEqual(['/geo/193.99.144.80']);
});

test('without a service nothing is known, and nothing is known of what it does not know', async () => {
  expect(new GeoFinder().find(at('8.8.8.8'), {})).toBeNull();
  const { source } = useService(() => Response.json({ geo: {}, block: true }));
  const finder = new GeoFinder();
  expect(await finder.find(at('8.8.8.8'), source)).toBeNull();
  expect(finder.find(at('8.8.8.8'), source)).toBeNull();
});

test.each([
  ['is away', () => Promise.reject(new Error('no such socket'))],
  ['answers with an error', () => new Response('oh', { status: 500 })],
  ['answers with nonsense', () => new Response('<html>')],
])('when the service %s nothing is known, and it is left alone for a while', async (_, answer) => {
  vi.useFakeTimers();
  try {
    const { asked, source } = useService(answer);
    const finder = new GeoFinder();
    expect(await finder.find(at('8.8.8.8'), source)).toBeNull();
    expect(finder.find(at('8.8.4.4'), source)).toBeNull();
    vi.advanceTimersByTime(geoPauseMs - 1);
    expect(finder.find(at('8.8.4.4'), source)).toBeNull();
    expect(asked.length).toBe(1);
    vi.advanceTimersByTime(1);
    expect(await finder.find(at('8.8.4.4'), source)).toBeNull();
    expect(asked.length).toBe(2);
  } finally {
    vi.useRealTimers();
  }
});

test(`a request waits at most ${geoWaitMs} ms for a service that hangs`, async () => {
  const source = {
    GEO: {
      fetch: (_: string, init: { readonly signal: AbortSignal }) =>
        new Promise<Response>((_resolve, reject) => {
          init.signal.addEventListener('abort', () => reject(new Error('aborted')));
        }),
    },
  };
  expect(await new GeoFinder().find(at('8.8.8.8'), source)).toBeNull();
});

test('more questions than may be asked in a second find nothing, until the next', async () => {
  vi.useFakeTimers({ now: 5_000_000 });
  try {
    const { asked, source } = useService(() => Response.json({ geo: { country: 'CH' }, block: false }));
    const finder = new GeoFinder();
    const address = (n: number): Address => ({ family: 4, value: 0x09000000 + n });
    for (let n = 0; n < geoQuestionsMax; n++) expect(finder.find(address(n), source)).toBeInstanceOf(Promise);
    expect(finder.find(address(geoQuestionsMax), source)).toBeNull();
    expect(asked.length).toBe(geoQuestionsMax);
    vi.setSystemTime(5_001_000);
    expect(finder.find(address(geoQuestionsMax), source)).toBeInstanceOf(Promise);
  } finally {
    vi.useRealTimers();
  }
});

test('an answer is believed for its time, and of one more than are kept the oldest goes', () => {
  const cache = new GeoCache();
  const address = (n: number): Address => ({ family: 4, value: 0x08000000 + n * 256 });
  for (let n = 0; n < geoEntriesMax; n++) cache.set(address(n), DE, 0);
  expect(cache.get(address(0), geoKeptMs - 1)).toEqual({ country: 'DE' });
  cache.set(address(geoEntriesMax), DE, 0);
  expect(cache.size).toBe(geoEntriesMax);
  expect(cache.get(address(0), 0)).toBeUndefined();
  expect(cache.get(address(1), 0)).toEqual({ country: 'DE' });
  expect(cache.get(address(1), geoKeptMs)).toBeUndefined();
});
