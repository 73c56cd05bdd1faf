import { expect, test } from 'vitest';
import { answerChallenge } from './answer-challenge.ts';
import { httpsUrl, redirectToHttps } from './redirect-to-https.ts';

test('the host, the path and the query stay, and the port is that of TLS', () => {
  expect(httpsUrl('http://shop.test/a?b=c', 443)).toBe('https://shop.test/a?b=c');
  expect(httpsUrl('http://shop.test:8080/', 8443)).toBe('https://shop.test:8443/');
  expect(httpsUrl('http://[::1]:8080/x', undefined)).toBe('https://[::1]/x');
});

test('what an authority asks is never sent elsewhere', () => {
  expect(httpsUrl('http://shop.test/.well-known/acme-challenge/token', 443)).toBeUndefined();
});

test('whoever sends a body is told to send it again', () => {
  const statuses = ['GET', 'HEAD', 'POST', 'PUT'].map(
    (method) => redirectToHttps(method, 'https://a/').status,
  );
  expect(statuses).toEqual([301, 301, 308, 308]);
});

test('a token that is known is answered, and any other is left to the function', async () => {
  const url = 'http://shop.test/.well-known/acme-challenge/';
  expect(await answerChallenge({ abc: 'abc.key' }, `${url}abc`)?.text()).toBe('abc.key');
  expect(answerChallenge({ abc: 'abc.key' }, `${url}abcd`)).toBeUndefined();
  expect(answerChallenge({ abc: 'abc.key' }, `${url}constructor`)).toBeUndefined();
  expect(answerChallenge({ abc: 'abc.key' }, 'http://shop.test/abc')).toBeUndefined();
  expect(answerChallenge(undefined, `${url}abc`)).toBeUndefined();
});
