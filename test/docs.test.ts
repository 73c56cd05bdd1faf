// Goal: what the pages name is there: links, files, settings, limits, tests.
// Method: the pages are read as text, and the code beside them.

import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import * as limits from '../control/model/limits.ts';
import { readSettings } from '../control/settings.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md', { cwd: root })];
const architecture = read('ARCHITECTURE.md');

/** Cells of every row whose first one is a single word of code. */
const rows = (page: string): string[][] =>
  page
    .split('\n')
    .filter((line) => /^\| `\w+` +\|/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );

const code = (cell: string | undefined): string => cell?.replaceAll('`', '') ?? '';

const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .trim()
    .replaceAll(' ', '-');

function brokenLinks(page: string): string[] {
  const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => String(match[1]));
  return links.filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : join(dirname(page), path);
    if (!existsSync(join(root, target))) return true;
    const headings = [...read(target).matchAll(/^#+ (.+)$/gm)].map((match) => anchorOf(String(match[1])));
    return anchor !== undefined && !headings.includes(anchor);
  });
}

test.each(pages)('%s has no link that leads nowhere', (page) => {
  expect(brokenLinks(page)).toEqual([]);
});

test.each(pages)('%s has no trace of a merge', (page) => {
  expect(read(page)).not.toMatch(/^(<{7}|>{7}|> > > > > > >|={7}$)/m);
});

test.each(pages)('%s names no file of ours that is not there', (page) => {
  const named = [...read(page).matchAll(/`((?:control|edge|scripts|test|docs)\/[\w./-]*)`/g)];
  expect(named.map((match) => String(match[1])).filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test('README tells of every setting, and of no other', () => {
  const told = rows(read('README.md')).map(([name]) => code(name));
  let refusal = '';
  try {
    readSettings({ SELVEDGE_: '' });
  } catch (error) {
    refusal = (error as Error).message;
  }
  const known = /The settings are (.+)\.$/.exec(refusal)?.[1]?.split(', ') ?? [];
  expect(known.length).toBeGreaterThan(0);
  expect(told.filter((name) => name.startsWith('SELVEDGE_')).toSorted()).toEqual(known.toSorted());
});

test('README names no setting that there is not', () => {
  const named = new Set(pages.flatMap((page) => read(page).match(/\bSELVEDGE_[A-Z_]+/g) ?? []));
  const told = rows(read('README.md')).map(([name]) => code(name));
  expect([...named].filter((name) => !told.includes(name))).toEqual([]);
});

const mib = 1024 * 1024;

test('ARCHITECTURE has every limit of the model, with its value', () => {
  const told = new Map(rows(architecture).map(([name, value, unit]) => [code(name), { value, unit }]));
  for (const [name, limit] of Object.entries(limits)) {
    const row = told.get(name);
    const value =
      typeof limit !== 'number'
        ? Object.entries(limit)
            .map((entry) => entry.join(' '))
            .join(', ')
        : String(row?.unit === 'MiB' ? limit / mib : limit);
    expect(row?.value, name).toBe(value);
  }
});

test('every other limit in ARCHITECTURE is what its constant is', () => {
  const ours = rows(architecture).filter(([name]) => !(code(name) in limits));
  expect(ours.length).toBeGreaterThan(0);
  const sources = globSync(['control/**/*.ts', 'edge/**/*.ts'], { cwd: root }).map(read).join('\n');
  for (const [name, value, unit] of ours) {
    const constant = new RegExp(`const ${code(name)} = ([\\d_ *]+);`).exec(sources)?.[1];
    const factors = constant?.split('*').map((factor) => Number(factor.replaceAll('_', '')));
    const actual = factors?.reduce((product, factor) => product * factor, 1);
    expect(actual, `${code(name)}`).toBe(Number(value) * (unit === 'MiB' ? mib : 1));
  }
});

test('ARCHITECTURE names tests that there are', () => {
  const named = [...architecture.matchAll(/`(test\/\S+\.test\.ts)`: "([^"]+)"/g)];
  expect(named.length).toBeGreaterThan(0);
  const missing = named.filter(([, file = '', name = '']) => !read(file).includes(name));
  expect(missing.map(([text]) => text)).toEqual([]);
});
