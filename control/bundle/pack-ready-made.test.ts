import { expect, test } from 'vitest';
import { FILES_ALONE, ReadyMade, type ReadyMadeParts } from '../model/ready-made.ts';
import { packReadyMade, READY_ENTRY } from './pack-ready-made.ts';

const parts: ReadyMadeParts = {
  main: 'index.js',
  syntax: 'module',
  modules: [
    { name: 'index.js', type: 'esm', content: "export * from './lib/a.js';\nexport default { fetch() {} };" },
    { name: 'lib/a.js', type: 'esm', content: 'export class Counter {}' },
    { name: '0123-add.wasm', type: 'wasm', content: 'AGFzbQEAAAA=' },
  ],
  sourceMaps: {},
};

test('the modules stay as they are, behind an entry that exports what the main module does', async () => {
  const { content } = await packReadyMade(new ReadyMade(parts));
  const [entry, harness, ...rest] = content.modules;
  expect(entry?.name).toBe(READY_ENTRY);
  expect(entry?.content).toContain('from "./index.js"');
  expect(entry?.content).toContain('as "Counter"');
  expect(harness?.name).toBe('selvedge.js');
  expect(rest).toEqual(parts.modules);
  expect(content.convention).toBe('module');
});

test('the same modules make the same bundle', async () => {
  const [one, two] = [await packReadyMade(new ReadyMade(parts)), await packReadyMade(new ReadyMade(parts))];
  expect(one.hash).toBe(two.hash);
});

test('a script has its bindings as global variables and no exports', async () => {
  const { content } = await packReadyMade(
    new ReadyMade({
      ...{ main: 'worker.js', syntax: 'script', sourceMaps: {} },
      modules: [{ name: 'worker.js', type: 'commonjs', content: "addEventListener('fetch', () => {})" }],
    }),
  );
  expect(content.modules[0]?.content).toContain("import './selvedge-globals.js'");
  expect(content.modules.map(({ name }) => name)).toContain('selvedge-globals.js');
});

test('files of a script are global variables, which its globals module imports', async () => {
  const { content } = await packReadyMade(
    new ReadyMade({
      ...{ main: 'worker.js', syntax: 'script', sourceMaps: {}, globals: { ADD: 'add.wasm' } },
      modules: [
        { name: 'worker.js', type: 'commonjs', content: "addEventListener('fetch', () => {})" },
        { name: 'add.wasm', type: 'wasm', content: 'AGFzbQEAAAA=' },
      ],
    }),
  );
  const globals = content.modules.find(({ name }) => name === 'selvedge-globals.js')?.content ?? '';
  expect(globals).toContain('import global0 from "./add.wasm";');
  expect(globals).toContain('globalThis["ADD"] = global0;');
});

test('a module with a name of the platform is refused', async () => {
  const modules = [...parts.modules, { name: 'selvedge.js', type: 'esm' as const, content: '' }];
  await expect(packReadyMade(new ReadyMade({ ...parts, modules }))).rejects.toMatchObject({
    code: 'FN_005',
    message: expect.stringContaining('A module is called "selvedge.js"'),
  });
});

test('a main module that is no JavaScript is refused with its place', async () => {
  const modules = [{ name: 'index.js', type: 'esm' as const, content: 'export default {' }];
  await expect(packReadyMade(new ReadyMade({ ...parts, modules }))).rejects.toMatchObject({
    code: 'FN_005',
    details: { issues: [expect.objectContaining({ file: 'index.js' })] },
  });
});

test('without a module there is nothing to run, which static files need nothing of', async () => {
  const { content, logs } = await packReadyMade(new ReadyMade(FILES_ALONE));
  expect(content.modules).toEqual([]);
  expect(logs).toEqual(['entry: none, since there are static files alone']);
});
