import { expect, test } from 'vitest';
import { compileTls } from '../../plan/rules/compile-tls.ts';
import { hstsSeconds } from '../limits.ts';
import { tlsRuleSchema } from './tls.ts';

const compiled = (rule: object) => compileTls(tlsRuleSchema.parse(rule));

test('a rule becomes the header that browsers are told', () => {
  expect(compiled({ hsts: {} })).toEqual({ redirect: false, hsts: 'max-age=31536000' });
  expect(compiled({ redirect: true, hsts: { include_subdomains: true, preload: true } })).toEqual({
    redirect: true,
    hsts: 'max-age=31536000; includeSubDomains; preload',
  });
  expect(compiled({ redirect: false })).toBeUndefined();
});

test('an age one too long is refused, and a preload that no list would take', () => {
  expect(tlsRuleSchema.safeParse({ hsts: { max_age: hstsSeconds.max } }).success).toBe(true);
  expect(tlsRuleSchema.safeParse({ hsts: { max_age: hstsSeconds.max + 1 } }).success).toBe(false);
  expect(tlsRuleSchema.safeParse({ hsts: { preload: true } }).success).toBe(false);
});
