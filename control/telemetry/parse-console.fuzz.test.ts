// Goal: a function can write anything to its output, and control reads it as lines.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { consoleMessageLengthMax } from '../../edge/contract/console-line.ts';
import { CONSOLE_MARK } from '../../edge/contract/names.ts';
import { parseConsole } from './parse-console.ts';

// The same cases in every run, so that a test fails for a change and not for a day.
fc.configureGlobal({ seed: 20261121 });

const real = fc
  .record({
    k: fc.constantFrom('log', 'error', 'end', 'dropped'),
    n: fc.nat(50),
    t: fc.nat(),
    l: fc.constantFrom('log', 'warn'),
    m: fc.string(),
    r: fc.string(),
    c: fc.nat(9),
  })
  .map((line) => CONSOLE_MARK + JSON.stringify(line));
const forged = fc.oneof(
  fc.anything().map((value) => CONSOLE_MARK + (JSON.stringify(value) ?? 'undefined')),
  fc
    .record({ k: fc.anything(), n: fc.anything(), t: fc.anything(), m: fc.anything() })
    .map((line) => CONSOLE_MARK + (JSON.stringify(line) ?? '')),
  fc.string().map((text) => CONSOLE_MARK + text),
);
const line = fc
  .oneof(
    real,
    forged,
    fc.string({ unit: 'binary' }),
    fc.constant('x'.repeat(20_000)),
    fc.constant(CONSOLE_MARK),
  )
  .map((text) => text.replaceAll('\n', ' '));

test('any output becomes lines of the right shape, and losses are never negative', () => {
  fc.assert(
    fc.property(fc.array(line), fc.nat(60), (lines, last) => {
      const parsed = parseConsole(lines.join('\n'), last, 7);
      expect(parsed.dropped).toBeGreaterThanOrEqual(0);
      expect(parsed.lastNumber).toBeGreaterThanOrEqual(last);
      expect(parsed.lines.length).toBeLessThanOrEqual(lines.length);
      for (const one of parsed.lines) {
        expect([
          typeof one.time,
          typeof one.message,
          ['string', 'object'].includes(typeof one.requestId),
        ]).toEqual(['number', 'string', true]);
        expect(() => new Date(one.time).toISOString()).not.toThrow();
        if (one.kind === 'console' && one.time === 7)
          expect(one.message.length).toBeLessThanOrEqual(consoleMessageLengthMax);
      }
    }),
  );
});

test('it does not matter where between lines the output is cut', () => {
  fc.assert(
    fc.property(fc.array(line), fc.array(line), (first, second) => {
      const whole = parseConsole([...first, ...second].join('\n'), 0, 7);
      const one = parseConsole(first.join('\n'), 0, 7);
      const two = parseConsole(second.join('\n'), one.lastNumber, 7);
      expect(whole).toEqual({
        lines: [...one.lines, ...two.lines],
        dropped: one.dropped + two.dropped,
        lastNumber: two.lastNumber,
      });
    }),
  );
});
