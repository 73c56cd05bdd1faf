import { expect, test } from 'vitest';
import { CONSOLE_MARK } from '../../edge/contract/names.ts';
import { parseConsole } from './parse-console.ts';

const marked = (line: object): string => `${CONSOLE_MARK}${JSON.stringify(line)}\n`;

test('reads log lines with their level, time and request', () => {
  const { lines, dropped } = parseConsole(
    marked({ k: 'log', n: 1, t: 5, l: 'warn', m: 'a\nb', r: 'r1' }),
    0,
    9,
  );
  expect(lines).toEqual([{ kind: 'console', time: 5, level: 'warn', message: 'a\nb', requestId: 'r1' }]);
  expect(dropped).toBe(0);
});

test('counts a gap in the numbers and what the harness says it dropped', () => {
  const text =
    marked({ k: 'log', n: 4, t: 5, l: 'log', m: 'x' }) + marked({ k: 'dropped', n: 5, t: 6, c: 10 });
  expect(parseConsole(text, 1, 9)).toMatchObject({ dropped: 12, lastNumber: 5 });
});

test('takes raw output and imitations of the mark as error lines', () => {
  const text = `workerd: fatal\n${CONSOLE_MARK}{broken\n${marked({ k: 'log', n: 'x', t: 5, l: 'log', m: 'x' })}`;
  const { lines } = parseConsole(text, 0, 9);
  expect(lines.map((line) => [line.level, line.time])).toEqual([
    ['error', 9],
    ['error', 9],
    ['error', 9],
  ]);
});

test('keeps the stack of an uncaught error', () => {
  const text = marked({
    k: 'error',
    n: 1,
    t: 5,
    m: 'Error: no',
    s: 'Error: no\n    at index.js:1:2',
    o: 'uncaught',
  });
  expect(parseConsole(text, 0, 9).lines[0]).toMatchObject({
    kind: 'error',
    stack: 'Error: no\n    at index.js:1:2',
  });
});
