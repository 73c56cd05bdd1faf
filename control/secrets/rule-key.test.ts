// What control seals for the table, opened as a front opens it.

import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { openRuleSecret, ruleSecretsRememberedMax } from '../../edge/rules/open-rule-secret.ts';
import { RuleKey } from './rule-key.ts';

const vaultOf = (secret: string) => ({
  platformMark: (name: string, text: string): string =>
    createHmac('sha256', secret)
      .update(JSON.stringify([name, text]))
      .digest('hex'),
});
const key = new RuleKey(vaultOf('one'));
const env = { RULE_KEYS: key.forFronts };

test.each(['', 'a secret', 'ünïcode \u{1F512}', '\uFEFFmarked', 'x'.repeat(100_000)])(
  'a front opens what was sealed: %#',
  async (text) => {
    const sealed = key.seal('fn_1', text);
    expect(sealed).toMatch(/^slv-sealed\.[A-Za-z0-9_-]+$/);
    if (text !== '') expect(sealed).not.toContain(text);
    expect(await openRuleSecret(env, sealed)).toBe(text);
    expect(await openRuleSecret(env, sealed)).toBe(text);
  },
);

test('the same text of the same function is sealed alike, and of another function it is not', () => {
  expect(key.seal('fn_1', 'same')).toBe(key.seal('fn_1', 'same'));
  expect(key.seal('fn_2', 'same')).not.toBe(key.seal('fn_1', 'same'));
  expect(key.seal('fn_1', 'other')).not.toBe(key.seal('fn_1', 'same'));
});

test('what was changed, or sealed under another key, or is no base64 opens nothing', async () => {
  const sealed = key.seal('fn_1', 'a secret of some length');
  const changed = sealed.slice(0, -3) + (sealed.at(-3) === 'A' ? 'B' : 'A') + sealed.slice(-2);
  const foreign = new RuleKey(vaultOf('two')).seal('fn_1', 'foreign');
  for (const text of [changed, foreign, 'slv-sealed.', 'slv-sealed.%%%'])
    await expect(openRuleSecret(env, text), text).rejects.toMatchObject({ code: 'SYS_001', status: 500 });
});

test('a secret that is not there opens nothing, and the refusal names it', async () => {
  await expect(openRuleSecret(env, 'slv-missing.TOKEN')).rejects.toThrow(/names the secret TOKEN/);
});

test('a text that names no secret is what it is', async () => {
  expect(await openRuleSecret(env, 'plain')).toBe('plain');
});

test('one secret past the bound forgets the others, and they are opened again', async () => {
  const first = key.seal('fn_1', 'first');
  expect(await openRuleSecret(env, first)).toBe('first');
  for (let i = 0; i < ruleSecretsRememberedMax; i += 1) await openRuleSecret(env, key.seal('fn_1', `n${i}`));
  // It is opened anew: with another key that fails, where a remembered one would be given.
  const wrong = { RULE_KEYS: new RuleKey(vaultOf('two')).forFronts };
  await expect(openRuleSecret(wrong, first)).rejects.toThrow(/cannot be opened/);
  expect(await openRuleSecret(env, first)).toBe('first');
});
