import { expect, test } from 'vitest';
import { AuthState, jwksIssuersMax, jwtVerdictsMax } from './auth-state.ts';

const identity = { kind: 'jwt', subject: 'ada', roles: [], scopes: [], claims: {} } as const;
const verdict = { identity, until: 1, revision: 0 };

test('what was found of a token by one rule is not found by another', () => {
  const state = new AuthState();
  const [a, b] = [state.ruleNumber('a'), state.ruleNumber('b')];
  expect([state.ruleNumber('a'), a === b]).toEqual([a, false]);
  state.keep(a, 'token', verdict);
  expect([state.verdict(a, 'token'), state.verdict(b, 'token')]).toEqual([verdict, undefined]);
});

test('one token past the bound forgets the others', () => {
  const state = new AuthState();
  for (let n = 0; n < jwtVerdictsMax; n += 1) state.keep(1, `t${n}`, verdict);
  expect(state.verdict(1, 't0')).toBeDefined();
  state.keep(1, 'one more', verdict);
  expect([state.verdict(1, 't0'), state.verdict(1, 'one more')]).toEqual([undefined, verdict]);
});

test('one issuer past the bound forgets the others', () => {
  const state = new AuthState();
  const clock = { now: () => 0, wait: async () => undefined };
  const first = state.issuer('https://0.test', clock);
  for (let n = 1; n < jwksIssuersMax; n += 1) state.issuer(`https://${n}.test`, clock);
  expect(state.issuer('https://0.test', clock)).toBe(first);
  state.issuer('https://more.test', clock);
  expect(state.issuer('https://0.test', clock)).not.toBe(first);
});

test('keys are imported once for a rule', async () => {
  const state = new AuthState();
  let made = 0;
  const make = async () => {
    made += 1;
    return [new Uint8Array()];
  };
  await state.imported(1, make);
  await state.imported(1, make);
  expect(made).toBe(1);
});
