import { expect, test } from 'vitest';
import { hopSecondsMax } from '../contract/regions.ts';
import { hopLengthMax, readHop, signHop } from './hop.ts';

const SECRET = 'a secret of thirty-two characters';
const CLIENT = {
  ip: '203.0.113.7',
  scheme: 'https',
  geo: { city: 'Zürich', country: 'CH' },
  proxied: false,
  chain: '',
} as const;
const HOP = { from: 'eu-central', to: 'eu-west', client: CLIENT };
const ASKED = { method: 'GET', host: 'hello.example.com' };
const NOW = 1_800_000_000_000;

const read = (
  header: string,
  changes: { here?: string; now?: number; method?: string; host?: string } = {},
) => readHop(SECRET, header, changes.here ?? 'eu-west', { ...ASKED, ...changes }, changes.now ?? NOW);

test('what was signed is read, whatever letters it has', async () => {
  const header = await signHop(SECRET, HOP, ASKED, NOW);
  expect(header).toMatch(/^[\w.-]+$/);
  expect(await read(header)).toEqual(HOP);
  expect(await read(header, { now: NOW + hopSecondsMax * 1000 })).toEqual(HOP);
});

test('for another region, method, host or time it says nothing', async () => {
  const header = await signHop(SECRET, HOP, ASKED, NOW);
  expect(await read(header, { here: 'us-east' })).toBeUndefined();
  expect(await read(header, { method: 'POST' })).toBeUndefined();
  expect(await read(header, { host: 'other.example.com' })).toBeUndefined();
  expect(await read(header, { now: NOW + hopSecondsMax * 1000 + 1 })).toBeUndefined();
  expect(await read(header, { now: NOW - hopSecondsMax * 1000 - 1 })).toBeUndefined();
});

test('a word that was changed, cut or signed by another is dropped', async () => {
  const header = await signHop(SECRET, HOP, ASKED, NOW);
  const [text = '', signature = ''] = header.split('.');
  const forged = btoa(JSON.stringify({ ...HOP, ...ASKED, at: NOW, client: { ...CLIENT, ip: '10.0.0.1' } }));
  const others = await signHop('another secret of 32 characters!', HOP, ASKED, NOW);
  for (const bad of [
    `${forged}.${signature}`,
    text,
    `${text}.`,
    `.${signature}`,
    `${text}.${signature}.x`,
    `${text}.%%%`,
    `${text}.${signature.slice(2)}`,
    others,
    '',
    'x'.repeat(hopLengthMax + 1),
  ])
    expect(await read(bad), bad.slice(0, 40)).toBeUndefined();
});
