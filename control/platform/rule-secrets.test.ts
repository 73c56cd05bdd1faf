import { expect, test } from 'vitest';
import { openRuleSecret } from '../../edge/rules/open-rule-secret.ts';
import { functionRecord } from '../../test/support/function-record.ts';
import { useStore } from '../../test/support/use-store.ts';
import type { FunctionRecord } from '../model/function.ts';
import { newMasterKey } from '../secrets/master-key.ts';
import { RuleKey } from '../secrets/rule-key.ts';
import { Vault } from '../secrets/vault.ts';
import { RuleSecrets } from './rule-secrets.ts';

const updatedAt = '2026-11-28T00:00:00.000Z';
const naming = (text: string): Pick<FunctionRecord, 'rules'> => ({
  rules: { auth: { secret: text } } as never,
});
const project = { project: 'default', environment: null, base: null };

async function useRuleSecrets() {
  const store = await useStore();
  const vault = await Vault.open(store, newMasterKey());
  await vault.prepare('default');
  const key = new RuleKey(vault);
  const ruleSecrets = new RuleSecrets({ store, vault, key });
  const record = functionRecord(naming(`\${secrets.TOKEN}`));
  await store.functions.insert({ ...record, rules: {} });
  const variable = (value: string, secret = true) => ({
    ...{ key: 'TOKEN', secret, updatedAt },
    value: secret ? vault.seal('default', 'TOKEN', value) : value,
  });
  /** As a front would have it. */
  const opened = (of: FunctionRecord = record): Promise<string> => {
    const { secret } = (ruleSecrets.sealed(of).rules as unknown as { auth: { secret: string } }).auth;
    return openRuleSecret({ RULE_KEYS: key.forFronts }, secret);
  };
  return { store, ruleSecrets, record, variable, opened };
}

test('the front has the newest value of the secret once it was learned, and what compares rules sees no change before', async () => {
  const { store, ruleSecrets, record, variable, opened } = await useRuleSecrets();
  await store.env.set(record.id, variable('first'));
  expect(ruleSecrets.lacks(record)).toBe(true);
  expect(await ruleSecrets.learn(record)).toBe(true);
  expect([ruleSecrets.lacks(record), await opened()]).toEqual([false, 'first']);
  expect(ruleSecrets.sealed(record)).toEqual(ruleSecrets.sealed(record));
  expect(await ruleSecrets.learn(record)).toBe(false);
  await store.env.set(record.id, variable('second'));
  expect(await opened()).toBe('first');
  expect(await ruleSecrets.learn(record)).toBe(true);
  expect(await opened()).toBe('second');
});

test('a secret of the project is taken, and one of the function itself before it', async () => {
  const { store, ruleSecrets, record, variable, opened } = await useRuleSecrets();
  await store.overlay.set({ ...project, ...variable('of the project') });
  await ruleSecrets.learn(record);
  expect(await opened()).toBe('of the project');
  await store.env.set(record.id, variable('its own'));
  await ruleSecrets.learn(record);
  expect(await opened()).toBe('its own');
});

test('what is not there, or is a plain variable, is refused when the rules are set, and opens nothing later', async () => {
  const { store, ruleSecrets, record, variable, opened } = await useRuleSecrets();
  const refusal = {
    code: 'FN_006',
    message: expect.stringMatching(
      /^rules\.auth\.secret names the secret TOKEN, which "hello" does not have/,
    ),
    details: { issues: [{ path: 'rules.auth.secret', message: 'names the secret TOKEN, which is not set' }] },
  };
  await expect(ruleSecrets.check(record, [])).rejects.toMatchObject(refusal);
  await expect(ruleSecrets.check(record, [variable('plain', false)])).rejects.toMatchObject(refusal);
  await ruleSecrets.check(record, [variable('right')]);
  await store.overlay.set({ ...project, ...variable('right') });
  await ruleSecrets.check(record, []);
  await store.overlay.remove(project, 'TOKEN');
  await ruleSecrets.learn(record);
  await expect(opened()).rejects.toThrow(/names the secret TOKEN, which is not set/);
});

test('an empty secret is none: whoever sends nothing would be let in by it', async () => {
  const { store, ruleSecrets, record, variable, opened } = await useRuleSecrets();
  await expect(ruleSecrets.check(record, [variable('')])).rejects.toThrow(
    /names the secret TOKEN, which is empty: set it with/,
  );
  await store.overlay.set({ ...project, ...variable('') });
  await ruleSecrets.learn(record);
  await expect(opened()).rejects.toThrow(/names the secret TOKEN, which is not set/);
});

test('a text that looks like one of control is refused', async () => {
  const { ruleSecrets } = await useRuleSecrets();
  await expect(ruleSecrets.check(functionRecord(naming('slv-sealed.AAAA')), [])).rejects.toThrow(
    /rules\.auth\.secret is "slv-sealed\.AAAA", which only Selvedge itself may write/,
  );
});

test('a secret that rules name is not taken away, unless it is there elsewhere', async () => {
  const { store, ruleSecrets, record, variable } = await useRuleSecrets();
  const lost = { code: 'FN_006', details: { status: 409 }, message: expect.stringContaining('TOKEN') };
  await expect(ruleSecrets.refuseLoss(record, 'TOKEN', [])).rejects.toMatchObject(lost);
  await expect(ruleSecrets.refuseLoss(record, 'TOKEN', [variable('x', false)])).rejects.toMatchObject(lost);
  await ruleSecrets.refuseLoss(record, 'OTHER', []);
  await store.overlay.set({ ...project, ...variable('of the project') });
  await ruleSecrets.refuseLoss(record, 'TOKEN', []);
  await expect(ruleSecrets.refuseLoss(record, 'TOKEN', [], [])).rejects.toMatchObject(lost);
});

test('a reading that comes back late does not undo a newer one', async () => {
  const { store, ruleSecrets, record, variable, opened } = await useRuleSecrets();
  await store.env.set(record.id, variable('old'));
  const list = store.env.list.bind(store.env);
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const stale = list(record.id);
  store.env.list = async () => {
    await held;
    return stale;
  };
  const slow = ruleSecrets.learn(record);
  store.env.list = list;
  await store.env.set(record.id, variable('new'));
  await ruleSecrets.learn(record);
  release();
  expect(await slow).toBe(false);
  expect(await opened()).toBe('new');
});

test('rules that name no secret are left as they are, and nothing is waited for', async () => {
  const { ruleSecrets } = await useRuleSecrets();
  const record = functionRecord(naming('plain'));
  expect([ruleSecrets.learn(record), ruleSecrets.lacks(record)]).toEqual([undefined, false]);
  expect(ruleSecrets.sealed(record)).toBe(record);
});
