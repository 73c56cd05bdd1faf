import { describe, expect, it } from 'vitest';
import { chooseEntry, resolveUserFile, splitHandler } from './choose-entry.ts';

describe('splitHandler', () => {
  it.each([
    ['index.handler', { file: 'index', name: 'handler' }],
    ['handler', { file: undefined, name: 'handler' }],
    ['main.processOrder', { file: 'main', name: 'processOrder' }],
    ['src/app.run', { file: 'src/app', name: 'run' }],
    ['src/v1.2/app.run', { file: 'src/v1.2/app', name: 'run' }],
    ['src/app', { file: 'src/app', name: 'handler' }],
  ])('splits %s', (handler, expected) => {
    expect(splitHandler(handler)).toEqual(expected);
  });
});

describe('chooseEntry', () => {
  it.each([
    [['main.ts', 'index.ts'], 'main.run', undefined, 'main.ts'],
    [['index.js', 'index.ts'], 'index.handler', undefined, 'index.ts'],
    [['app.mjs', 'README.md'], 'index.handler', undefined, 'app.mjs'],
    [['a.js', 'lib/b.js'], 'index.handler', './lib/b.js', 'lib/b.js'],
    [['a.js', 'src/worker.ts'], 'handler', undefined, 'src/worker.ts'],
    [['a.js', 'types.d.ts'], 'handler', undefined, 'a.js'],
  ])('chooses from %j for %s with main %s', (paths, handler, main, file) => {
    expect(chooseEntry(paths, handler, main)?.file).toBe(file);
  });

  it('chooses nothing when a named file is missing or several could be meant', () => {
    expect(chooseEntry(['index.ts'], 'main.run', undefined)).toBeUndefined();
    expect(chooseEntry(['a.ts', 'b.ts'], 'handler', undefined)).toBeUndefined();
    expect(chooseEntry(['README.md'], 'handler', undefined)).toBeUndefined();
  });
});

describe('resolveUserFile', () => {
  const files = new Set(['a.ts', 'b/index.js', 'c.json', 'd.tsx', 'index.ts']);
  it.each([
    ['a', 'a.ts'],
    ['a.js', 'a.ts'],
    ['b', 'b/index.js'],
    ['c', 'c.json'],
    ['d.jsx', 'd.tsx'],
    ['', 'index.ts'],
    ['e', undefined],
  ])('resolves %s', (path, expected) => {
    expect(resolveUserFile((file) => files.has(file), path)).toBe(expected);
  });
});
