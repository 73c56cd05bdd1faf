import { expect, test } from 'vitest';
import { callerOf, owner, useDrafts } from '../../test/support/use-drafts.ts';
import { OWNER } from '../model/access.ts';
import { createFunctionSchema } from '../model/function.ts';
import { environmentsMax } from '../model/limits.ts';
import { createProjectSchema } from '../model/project.ts';

const deployer = callerOf({ ...OWNER, id: 'key_1', name: 'ci', role: 'deployer', projects: ['shop'] });
const page = { limit: 10 };
const project = (name: string, description = '') => createProjectSchema.parse({ name, description });

async function useShop() {
  const drafts = await useDrafts();
  await drafts.platform.createProject(owner, project('shop', 'first'));
  const make = (name: string, inEnvironment?: string) =>
    drafts.platform.createFunction(owner, {
      ...createFunctionSchema.parse({ name, project: 'shop' }),
      inEnvironment,
    });
  return { ...drafts, make };
}

test('a project is made, shown, changed and deleted, and each is in the audit log', async () => {
  const { platform } = await useShop();
  expect(await platform.getProject(deployer, 'shop')).toMatchObject({
    record: { name: 'shop', description: 'first', settings: {} },
    functions: 0,
  });
  const changed = await platform.updateProject(owner, 'shop', { description: 'second' });
  expect(changed.record.description).toBe('second');
  await platform.deleteProject(owner, 'shop');
  await expect(platform.getProject(owner, 'shop')).rejects.toMatchObject({ code: 'FN_001' });
  const { items } = await platform.audit(owner, page);
  expect(items.map(({ action, changes }) => [action, changes.description])).toEqual([
    ['project.delete', undefined],
    ['project.update', { old: 'first', new: 'second' }],
    ['project.create', { new: 'first' }],
  ]);
});

test('a project of a name that is taken is refused, one with functions stays, and so does default', async () => {
  const { platform, make } = await useShop();
  const conflict = { code: 'FN_006', details: { status: 409 } };
  await expect(platform.createProject(owner, project('shop'))).rejects.toMatchObject(conflict);
  await make('cart');
  await expect(platform.deleteProject(owner, 'shop')).rejects.toMatchObject({
    ...conflict,
    message:
      'Project "shop" has functions, "cart" among them: delete them first, with DELETE /functions/cart?project=shop.',
  });
  await expect(platform.deleteProject(owner, 'default')).rejects.toMatchObject(conflict);
});

test('who is for some projects sees and makes those only', async () => {
  const { platform } = await useShop();
  expect((await platform.listProjects(owner, page)).items.map(({ record }) => record.name)).toEqual([
    'default',
    'shop',
  ]);
  expect((await platform.listProjects(deployer, page)).items.map(({ record }) => record.name)).toEqual([
    'shop',
  ]);
  await expect(platform.getProject(deployer, 'default')).rejects.toMatchObject({ code: 'FN_001' });
  await expect(platform.listEnvironments(deployer, 'default')).rejects.toMatchObject({ code: 'FN_001' });
  await expect(platform.createProject(deployer, project('blog'))).rejects.toMatchObject({ code: 'FN_009' });
});

test('every project has dev, staging and prod; others are made, described and deleted', async () => {
  const { platform } = await useShop();
  await platform.createEnvironment(owner, 'shop', { name: 'qa', description: '' });
  await platform.putEnvironment(owner, 'shop', 'qa', { description: 'testers' });
  await platform.putEnvironment(owner, 'shop', 'staging', { description: 'as prod' });
  const shown = await platform.listEnvironments(owner, 'shop');
  expect(shown.map(({ record }) => [record.name, record.description, record.createdAt === null])).toEqual([
    ['dev', '', true],
    ['staging', 'as prod', true],
    ['prod', '', true],
    ['qa', 'testers', false],
  ]);
  await platform.deleteEnvironment(owner, 'shop', 'qa');
  await expect(platform.getEnvironment(owner, 'shop', 'qa')).rejects.toMatchObject({ code: 'FN_001' });
});

test('an environment is not made twice, nor one too many, nor under a name that hosts need, nor deleted with functions', async () => {
  const { platform, make } = await useShop();
  const create = (name: string) => platform.createEnvironment(owner, 'shop', { name, description: '' });
  await expect(create('prod')).rejects.toMatchObject({ code: 'FN_006', details: { status: 409 } });
  for (const name of ['a--b', '0123abcd', 'x'.repeat(33)])
    await expect(platform.putEnvironment(owner, 'shop', name, { description: '' })).rejects.toMatchObject({
      code: 'FN_006',
    });
  for (let made = 0; made < environmentsMax; made += 1) await create(`e${made}`);
  await expect(create('one-too-many')).rejects.toThrow(`has ${environmentsMax} environments of its own`);
  await make('cart', 'e0');
  await expect(platform.deleteEnvironment(owner, 'shop', 'e0')).rejects.toThrow('"cart-e0" among them');
  await expect(platform.deleteEnvironment(owner, 'shop', 'dev')).rejects.toThrow('is in every project');
});

test('a function is made in an environment under a name of its own, and found there by its base', async () => {
  const { platform, make } = await useShop();
  const { view } = await make('cart', 'staging');
  expect(view.record).toMatchObject({ name: 'cart-staging', base: 'cart', environment: 'staging' });
  const find = async (idOrName: string, environment?: string): Promise<string> =>
    (await platform.getFunction(owner, { idOrName, project: 'shop', environment })).record.id;
  for (const name of ['cart', 'cart-staging', view.record.id])
    expect(await find(name, 'staging')).toBe(view.record.id);
  expect(await find('cart-staging')).toBe(view.record.id);
  await expect(find('cart')).rejects.toThrow('There is no function "cart" in project "shop": GET');
  await expect(find(view.record.id, 'dev')).rejects.toThrow('in project "shop", environment "dev"');
  await expect(make('cart', 'qa')).rejects.toThrow('has no environment "qa"');
  await expect(make('x'.repeat(60), 'staging')).rejects.toThrow('must be at most 63 characters');
});

test('a name that ends in an environment is of that environment once its base is there, and a name in prod otherwise', async () => {
  const { make } = await useShop();
  expect((await make('cart-staging')).view.record).toMatchObject({
    base: 'cart-staging',
    environment: 'prod',
  });
  await make('post');
  expect((await make('post-staging')).view.record).toMatchObject({ base: 'post', environment: 'staging' });
  await make('cart');
  await expect(make('cart', 'staging')).rejects.toMatchObject({ code: 'FN_006', details: { status: 409 } });
});

test('a function keeps the name that its environments share', async () => {
  const { platform, make } = await useShop();
  await make('cart');
  const rename = (idOrName: string) =>
    platform.updateFunction(owner, { idOrName, project: 'shop' }, { name: 'basket' });
  await make('cart', 'staging');
  await expect(rename('cart-staging')).rejects.toThrow('is cart in staging');
  await expect(rename('cart')).rejects.toThrow('is in staging too, as "cart-staging"');
  await platform.deleteFunction(owner, { idOrName: 'cart', project: 'shop', environment: 'staging' });
  expect((await rename('cart')).view.record).toMatchObject({ name: 'basket', base: 'basket' });
});

test('variables say where they come from, and go with what they were set for', async () => {
  const { platform, make } = await useShop();
  await make('cart', 'staging');
  const ref = { idOrName: 'cart', project: 'shop', environment: 'staging' };
  const at = (environment: string | null, base: string | null) => ({ project: 'shop', environment, base });
  const set = (environment: string | null, base: string | null, key: string) =>
    platform.setOverlay(owner, at(environment, base), {
      key,
      value: String(base ?? environment),
      secret: false,
    });
  const sources = async () =>
    (await platform.effectiveEnv(owner, ref)).map(({ key, value, source }) => `${key} ${value} ${source}`);
  for (const key of ['A', 'B', 'C', 'D']) await set(null, null, key);
  for (const key of ['A', 'B', 'C']) await set('staging', null, key);
  for (const key of ['A', 'B']) await platform.setEnv(owner, ref, { key, value: 'own', secret: false });
  await set('staging', 'cart', 'A');
  expect(await sources()).toEqual([
    'A cart override',
    'B own function',
    'C staging environment',
    'D null project',
  ]);
  await platform.deleteOverlay(owner, at('staging', 'cart'), 'A');
  expect((await sources())[0]).toBe('A own function');
  await expect(platform.deleteOverlay(owner, at('staging', 'cart'), 'A')).rejects.toMatchObject({
    code: 'FN_001',
  });
  await expect(set('qa', null, 'A')).rejects.toMatchObject({ code: 'FN_001' });
  await set('staging', 'cart', 'A');
  await platform.deleteFunction(owner, ref);
  expect(await platform.listOverlay(owner, at('staging', 'cart'))).toEqual([]);
  expect(await platform.listOverlay(owner, at('staging', null))).toHaveLength(3);
});
