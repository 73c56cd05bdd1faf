import { expect, test } from 'vitest';
import { type CsrfQuestion, faultOfCsrf } from './judge-origin.ts';

const HOST = 'shop.example:8080';
const fault = (changes: Partial<CsrfQuestion>): string | undefined =>
  faultOfCsrf(
    {
      ...{ method: 'POST', host: HOST, scheme: 'https', origin: null, fetchSite: null },
      ...{ cookie: true, webSocket: false, ...changes },
    },
    (origin) => origin === 'https://friend.example',
  );

test.each([
  { method: 'GET', origin: 'https://evil.example', fetchSite: 'cross-site' },
  { method: 'HEAD', fetchSite: 'cross-site' },
  { method: 'OPTIONS', origin: 'null' },
  { origin: `https://${HOST}`, fetchSite: 'same-origin' },
  { fetchSite: 'same-origin' },
  // A person has typed the address, or opened a bookmark.
  { fetchSite: 'none' },
  { origin: 'https://friend.example', fetchSite: 'cross-site' },
  { origin: 'https://friend.example' },
  // Of a browser from before 2023.
  { origin: `https://${HOST}` },
  // Behind a proxy that takes TLS off and that nobody has named.
  { origin: `https://${HOST}`, scheme: 'http' as const },
  { origin: `http://${HOST}`, scheme: 'http' as const },
  // A program that is no browser.
  { cookie: false },
  { method: 'GET', webSocket: true, cookie: false },
  { method: 'GET', webSocket: true, origin: `https://${HOST}` },
  { method: 'GET', webSocket: true, origin: 'https://friend.example', fetchSite: 'cross-site' },
])('nothing is against %j', (changes) => {
  expect(fault(changes)).toBeUndefined();
});

test.each([
  [{ origin: 'https://evil.example', fetchSite: 'cross-site' }, /evil.example.*cross-site/],
  [{ origin: 'https://evil.example', fetchSite: 'cross-site', cookie: false }, /another origin/],
  [{ fetchSite: 'same-site', origin: 'https://other.shop.example' }, /same-site/],
  [{ fetchSite: 'nonsense' }, /Sec-Fetch-Site: nonsense/],
  [{ origin: 'https://evil.example' }, /comes from https:\/\/evil.example/],
  [{ origin: 'null' }, /comes from null/],
  [{ origin: '' }, /another origin/],
  [{ origin: `http://${HOST}` }, /another origin/],
  [{ origin: 'https://shop.example' }, /another origin/],
  [{ origin: `https://${HOST}.evil.example` }, /another origin/],
  [{ origin: 'https://x@y', host: 'x@y' }, /another origin/],
  [{}, /has a cookie, and neither/],
  [{ method: 'DELETE' }, /has a cookie/],
  [{ method: 'PATCH', fetchSite: 'cross-site' }, /another origin/],
  [{ method: 'get' }, /has a cookie/],
  [{ method: 'GET', webSocket: true, origin: 'https://evil.example' }, /comes from https:\/\/evil.example/],
  [{ method: 'GET', webSocket: true, origin: 'https://evil.example', fetchSite: 'cross-site' }, /cross-site/],
  [{ method: 'GET', webSocket: true }, /has a cookie/],
])('refuses %j', (changes, said) => {
  expect(fault(changes)).toMatch(said);
});
