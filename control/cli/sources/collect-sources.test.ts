import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { useTmpDir } from '../../../test/support/use-tmp-dir.ts';
import { sourceBytesMax, sourceFilesMax } from '../../model/limits.ts';
import { collectSources } from './collect-sources.ts';

function useFolder(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = useTmpDir();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

const pathsOf = (folder: string, main?: string): string[] => Object.keys(collectSources(folder, main).code);

test('sends what is the function, and not what is about it', () => {
  const folder = useFolder({
    'index.ts': '',
    'src/a.js': '',
    'src/wrangler.toml': 'a file of the function, here below',
    'package.json': '{}',
    'data.json': '{}',
    'node_modules/x/index.js': '',
    'src/node_modules/y.js': '',
    '.env': 'SECRET=1',
    '.git/config': '',
    'function.config.ts': '',
    'wrangler.toml': '',
    'index.test.ts': '',
    'README.md': '',
    'test-event.json': '',
  });
  expect(pathsOf(folder)).toEqual(['data.json', 'index.ts', 'package.json', 'src/a.js', 'src/wrangler.toml']);
});

test('goes by .gitignore, and by .selvedgeignore after it', () => {
  const folder = useFolder({
    '.gitignore': 'dist\n*.map\n',
    '.selvedgeignore': '!dist\nnotes\n',
    'index.js': '',
    'dist/built.js': '',
    'dist/built.js.map': '',
    'notes/a.txt': '',
  });
  expect(pathsOf(folder)).toEqual(['dist/built.js', 'index.js']);
});

test('the entry is sent whatever the ignore files say', () => {
  const folder = useFolder({ '.gitignore': 'dist\n', 'dist/worker.js': '', 'dist/other.js': '' });
  expect(pathsOf(folder, 'dist/worker.js')).toEqual(['dist/worker.js']);
});

test('bytes that are no text go as base64', () => {
  const wasm = Uint8Array.of(0, 0x61, 0x73, 0x6d, 0xff);
  const { code, bytes } = collectSources(useFolder({ 'a.wasm': wasm, 'é.txt': 'é' }));
  expect(code).toEqual({ 'a.wasm': { base64: 'AGFzbf8=' }, 'é.txt': 'é' });
  expect(bytes).toBe(7);
});

test('links are named and not followed', () => {
  const folder = useFolder({ 'index.js': '' });
  symlinkSync('/etc/hostname', join(folder, 'host.txt'));
  expect(collectSources(folder)).toMatchObject({ code: { 'index.js': '' }, links: ['host.txt'] });
});

test('a folder without source is told of', () => {
  expect(() => collectSources(useFolder({ 'README.md': '' }))).toThrow('There is no source in');
});

test('one file more than the limit is refused', () => {
  const files = Object.fromEntries(
    Array.from({ length: sourceFilesMax }, (_, index) => [`f${index}.js`, '']),
  );
  const folder = useFolder(files);
  expect(collectSources(folder).files).toBe(sourceFilesMax);
  writeFileSync(join(folder, 'more.js'), '');
  expect(() => collectSources(folder)).toThrow(`more than ${sourceFilesMax} files`);
});

test('one byte more than the limit is refused, and the largest file named', () => {
  const folder = useFolder({ 'index.js': 'x', 'big.txt': Buffer.alloc(sourceBytesMax - 1, 'x') });
  expect(collectSources(folder).bytes).toBe(sourceBytesMax);
  writeFileSync(join(folder, 'index.js'), 'xx');
  expect(() => collectSources(folder)).toThrow(
    `is ${sourceBytesMax + 1} bytes: at most ${sourceBytesMax} are taken. The largest file is big.txt`,
  );
});
