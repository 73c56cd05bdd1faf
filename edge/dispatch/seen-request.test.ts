import { expect, test } from 'vitest';
import { seenLengthMax, seenRequest } from './seen-request.ts';

test('what opens doors is withheld, and what is ours is left out', () => {
  const headers = new Headers({ Authorization: 'Bearer x', cookie: 'a=b', 'x-api-key': 'k', accept: '*/*' });
  headers.set('x-selvedge-mount', '/p');
  expect(seenRequest('http://a/?b', headers)).toEqual({
    url: 'http://a/?b',
    headers: { accept: '*/*', authorization: 'REDACTED', cookie: 'REDACTED', 'x-api-key': 'REDACTED' },
  });
});

test('one character beyond the bound is not kept', () => {
  const fits = new Headers({ a: 'x'.repeat(seenLengthMax - 1) });
  const beyond = new Headers({ a: 'x'.repeat(seenLengthMax) });
  expect(Object.keys(seenRequest('u', fits).headers)).toEqual(['a']);
  expect(seenRequest('u'.repeat(seenLengthMax + 1), beyond)).toEqual({
    url: 'u'.repeat(seenLengthMax),
    headers: {},
  });
});
