import { readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { announcementOf, type ClientFile, clientFile, uploadsOf } from '../../../test/support/asset-files.ts';
import { functionRecord } from '../../../test/support/function-record.ts';
import { useStore } from '../../../test/support/use-store.ts';
import { useTmpDir } from '../../../test/support/use-tmp-dir.ts';
import type { BundleHash, VersionId } from '../../model/ids.ts';
import { noAnnotations } from '../../model/version.ts';
import { AssetFiles } from '../../store/asset-files.ts';
import { Bundles } from '../../store/bundles.ts';
import { Assets, unwantedMs } from './assets.ts';

const site = { project: 'shop', function: 'site' };

async function useAssets() {
  const store = await useStore();
  const [manifests, root] = [useTmpDir(), useTmpDir()];
  const clock = { now: new Date() };
  const assets = new Assets({
    store,
    manifests: new Bundles({ bundles: manifests }),
    files: new AssetFiles(root),
    now: () => clock.now,
  });
  const upload = async (files: readonly ClientFile[], of = site) => {
    const { token, buckets } = await assets.announce(of, announcementOf(files));
    const missing = new Set(buckets.flat());
    const sent = files.filter(({ hash }) => missing.has(hash));
    if (sent.length > 0) await assets.receive(token, uploadsOf(sent));
    return { token, sent: sent.map(({ path }) => path) };
  };
  const folderOf = async (project: string) =>
    join(root, (await assets.filesOf(project, await anyVersion())).folder);
  const anyVersion = async () => {
    const { token } = await assets.announce(site, {});
    return assets.settle(site, token, {});
  };
  return { store, assets, upload, root, manifests, clock, folderOf };
}

const files = async () => [
  await clientFile('/index.html', '<h1>hello</h1>', 'text/html; charset=utf-8'),
  await clientFile('/app.js', 'export {}', 'text/javascript; charset=utf-8'),
  await clientFile('/data', Buffer.from([0, 1, 2]), null),
];

test('what was announced and sent becomes what a version has', async () => {
  const { assets, upload, folderOf } = await useAssets();
  const own = await files();
  const { token, sent } = await upload(own);
  expect(sent).toEqual(own.map(({ path }) => path));
  const version = await assets.settle(site, token, { html_handling: 'none' });
  expect(version.config).toEqual({ html_handling: 'none' });
  const kept = await assets.filesOf('shop', version);
  expect(kept.files.get('/index.html')).toMatchObject({ size: 14, contentType: 'text/html; charset=utf-8' });
  expect(kept.files.get('/data')?.contentType).toBeNull();
  const folder = await folderOf('shop');
  for (const { hash, bytes } of own) expect(readFileSync(join(folder, hash)).equals(bytes)).toBe(true);
});

test('files are readable for the user of instances, in a folder whose name nobody can guess', async () => {
  const { upload, folderOf, root } = await useAssets();
  const [file] = await files();
  await upload(file ? [file] : []);
  const folder = await folderOf('shop');
  expect(folder.slice(root.length + 1)).toMatch(/^[0-9a-f]{32}$/);
  expect(statSync(folder).mode & 0o777).toBe(0o755);
  expect(statSync(join(folder, file?.hash ?? '')).mode & 0o777).toBe(0o644);
});

test('only what is new is asked for, and without any the first token is all that is needed', async () => {
  const { assets, upload } = await useAssets();
  const own = await files();
  await upload(own);
  const changed = await clientFile('/index.html', '<h1>bye</h1>', 'text/html');
  expect((await upload([changed, ...own.slice(1)])).sent).toEqual(['/index.html']);
  const { token, buckets } = await assets.announce(site, announcementOf(own));
  expect(buckets).toEqual([]);
  await assets.settle(site, token, {});
});

test('the answer to the last upload has the token, and no answer before it', async () => {
  const { assets } = await useAssets();
  const own = await files();
  const { token } = await assets.announce(site, announcementOf(own));
  const answers = [];
  for (const file of own) answers.push(await assets.receive(token, uploadsOf([file])));
  expect(answers).toEqual([{ token: null }, { token: null }, { token }]);
});

test('no version is made while a file is missing', async () => {
  const { assets } = await useAssets();
  const own = await files();
  const { token } = await assets.announce(site, announcementOf(own));
  await assets.receive(token, uploadsOf(own.slice(1)));
  await expect(assets.settle(site, token, {})).rejects.toThrow('1 of 3 static files were not uploaded');
});

test('another project has to send the same content itself', async () => {
  const { assets, upload } = await useAssets();
  const own = await files();
  await upload(own);
  const other = { project: 'other', function: 'site' };
  const { token, buckets } = await assets.announce(other, announcementOf(own));
  expect(buckets.flat().sort()).toEqual(own.map(({ hash }) => hash).sort());
  await expect(assets.settle(other, token, {})).rejects.toThrow('3 of 3 static files were not uploaded');
});

test('a token is for the function that it was made for', async () => {
  const { assets, upload } = await useAssets();
  const { token } = await upload(await files());
  for (const of of [
    { ...site, function: 'other' },
    { ...site, project: 'other' },
  ])
    await expect(assets.settle(of, token, {})).rejects.toThrow('were announced for "site" in project "shop"');
});

test('whoever may not change the project of a token sends nothing with it', async () => {
  const { assets } = await useAssets();
  const own = await files();
  const { token } = await assets.announce(site, announcementOf(own));
  const admit = (project: string): void => {
    throw new Error(`not in ${project}`);
  };
  await expect(assets.receive(token, uploadsOf(own), admit)).rejects.toThrow('not in shop');
  expect((await assets.announce(site, announcementOf(own))).buckets.flat()).toHaveLength(own.length);
});

test.each([
  ['another content', { bytes: Buffer.from('<h1>hellO</h1>') }, 'has the hash'],
  ['more bytes than announced', { bytes: Buffer.from('<h1>hello</h1>!') }, 'is longer than the 14 bytes'],
  ['fewer bytes than announced', { bytes: Buffer.from('<h1>') }, 'has 4 bytes, and 14 were announced'],
  ['a hash that was not announced', { hash: 'ab'.repeat(16) }, 'was not announced'],
  ['a hash that is a path', { hash: '../../../state.db' }, 'was not announced'],
  ['a content type with a line break', { contentType: 'text/html\r\nset-cookie: a=b' }, 'which is none'],
])('refuses %s, and keeps nothing of it', async (_, change, why) => {
  const { assets, root } = await useAssets();
  const [file] = await files();
  if (!file) throw new Error('there is one');
  const { token } = await assets.announce(site, announcementOf([file]));
  await expect(assets.receive(token, uploadsOf([{ ...file, ...change }]))).rejects.toThrow(why);
  expect(readdirSync(root, { recursive: true }).filter((name) => String(name).includes('/'))).toEqual([]);
  expect((await assets.announce(site, announcementOf([file]))).buckets).toEqual([[file.hash]]);
});

test('refuses a size that is not that of a file which is there', async () => {
  const { assets, upload } = await useAssets();
  const [file] = await files();
  await upload(file ? [file] : []);
  await expect(assets.announce(site, { '/index.html': { hash: file?.hash, size: 15 } })).rejects.toThrow(
    'has 14 bytes, and was announced with 15',
  );
});

test('refuses rules that are none when a version is made', async () => {
  const { assets } = await useAssets();
  const { token } = await assets.announce(site, {});
  await expect(assets.settle(site, token, { _redirects: '/a' })).rejects.toThrow(
    'Invalid _redirects: line 1',
  );
});

test('a file that was lost is asked for again', async () => {
  const { upload, folderOf } = await useAssets();
  const own = await files();
  await upload(own);
  rmSync(join(await folderOf('shop'), own[1]?.hash ?? ''));
  expect((await upload(own)).sent).toEqual(['/app.js']);
});

test('garbage collection takes what no version has and nobody has wanted for long, and what a dead upload left', async () => {
  const { store, assets, upload, clock, folderOf, manifests } = await useAssets();
  const own = await files();
  const { token } = await upload(own.slice(0, 2));
  await upload(own.slice(2));
  const used = await assets.settle(site, token, {});
  const record = functionRecord({ project: 'shop', name: 'site', assets: null });
  await store.functions.insert(record);
  await store.versions.put({
    ...{ functionId: record.id, id: 'ab'.repeat(32) as VersionId, bundle: 'cd'.repeat(32) as BundleHash },
    settings: {
      ...{ compatibilityDate: '2026-11-01', compatibilityFlags: [], memory: 128, concurrency: 1 },
      ...{ waitUntilTimeout: 30, egress: 'public', env: [], bindings: [], assets: used },
    },
    ...{ convention: 'module', buildLogs: [], annotations: noAnnotations, signature: null, audit: null },
    createdAt: '2026-11-27T12:00:00.000Z',
  });
  const folder = await folderOf('shop');
  const left = join(folder, 'dead.partial');
  writeFileSync(left, 'x');
  expect(await assets.collectGarbage()).toBe(0);
  const then = new Date(Date.now() - 48 * 3_600_000);
  utimesSync(left, then, then);
  for (const name of readdirSync(manifests, { recursive: true }))
    if (String(name).endsWith('.json')) utimesSync(join(manifests, String(name)), then, then);
  clock.now = new Date(clock.now.getTime() + unwantedMs + 1000);
  expect(await assets.collectGarbage()).toBe(2);
  expect(readdirSync(folder).sort()).toEqual(
    own
      .slice(0, 2)
      .map(({ hash }) => hash)
      .sort(),
  );
  expect((await assets.filesOf('shop', used)).files.size).toBe(2);
});

test('an announcement keeps what is there from garbage collection', async () => {
  const { assets, upload, clock } = await useAssets();
  const own = await files();
  await upload(own);
  clock.now = new Date(clock.now.getTime() + unwantedMs);
  await upload(own);
  clock.now = new Date(clock.now.getTime() + 1000);
  expect(await assets.collectGarbage()).toBe(0);
});
