// What is run of a page, and how its output is judged.

import { expect, test } from 'vitest';
import { pageSteps, printsAs } from './support/page-steps.ts';

const command = (line: string, prints?: string, exitCode = 0) => ({
  kind: 'command',
  line,
  prints,
  exitCode,
});

test('takes files by the path in their first line, and leaves other blocks alone', () => {
  const page =
    '```js\n// a/index.js\nx();\n```\n\n```js\n// a remark\n```\n```json\n// a/b.json\n{}\n```\n```\nout\n```\n';
  expect(pageSteps(page)).toEqual([
    { kind: 'file', path: 'a/index.js', text: '// a/index.js\nx();\n' },
    { kind: 'file', path: 'a/b.json', text: '{}\n' },
  ]);
});

test('takes commands with what they print, over several lines too', () => {
  const page =
    '```sh\n# a remark\none -d \'{\n  "a": 1}\' \\\n  two\n# {\n#   1\nthree   # a remark\n\n# a remark\nfour\n# no\n# (exit code 3)\n```\n';
  expect(pageSteps(page)).toEqual([
    command('one -d \'{\n  "a": 1}\' \\\n  two', '{\n  1'),
    command('three   # a remark'),
    command('four', 'no', 3),
  ]);
});

test('an output is the whole of it, with gaps within a line, or of whole lines', () => {
  expect('\na (1) z').toMatch(printsAs('a (…) z'));
  expect('\na (1) z!').not.toMatch(printsAs('a (…) z'));
  expect('\na\nb').not.toMatch(printsAs('a…b'));
  expect('\na\n1\n2\nb').toMatch(printsAs('a\n…\nb'));
  expect('\na\nb').toMatch(printsAs('a\n…\nb'));
});
