import { expect, test } from 'vitest';
import { startupTime } from './printed-address.ts';

const by = (agent: string) => ({ header: (name: string) => (name === 'user-agent' ? agent : undefined) });
const url = 'http://hello.localhost:8080/';

test('wrangler is told the address with its port, and those of the version', () => {
  expect(startupTime(by('wrangler/4.164.0'), performance.now(), url)).toBe(`${url} after 1`);
  expect(startupTime(by('wrangler/4.164.0'), performance.now(), url, ['0123abcd', 'next'])).toBe(
    `${url} (this version: http://0123abcd-hello.localhost:8080/ http://next-hello.localhost:8080/) after 1`,
  );
});

test('others get a number, and so does wrangler where the host alone is the address', () => {
  expect(startupTime(by('terraform'), performance.now(), url)).toBe(1);
  expect(startupTime(by('wrangler/4.164.0'), performance.now(), 'http://hello.example.com/')).toBe(1);
});
