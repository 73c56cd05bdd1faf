// Goal: the place of a fault is where JSON stops being possible, for any text.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findJsonFault, placeOf } from './json-fault.ts';

// The same cases in every run, so that a test fails for a change and not for a day.
fc.configureGlobal({ seed: 20261121 });

const pieces = fc.constantFrom(
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  '"',
  '\\',
  '"a"',
  '1',
  '-',
  '0',
  '1e5',
  '.',
  'true',
  'nul',
  ' ',
  '\n',
  '\\u00',
  'é',
  '\0',
);
const text = fc.oneof(
  fc.array(pieces).map((parts) => parts.join('')),
  fc.string({ unit: 'binary' }),
  fc.tuple(fc.json(), fc.nat(), pieces).map(([json, at, piece]) => {
    const place = at % (json.length + 1);
    return json.slice(0, place) + piece + json.slice(place);
  }),
);

test('what JSON.parse takes has no fault, and a fault has nothing wrong before it', () => {
  fc.assert(
    fc.property(text, (given) => {
      const at = findJsonFault(given);
      const before = given.slice(0, at);
      expect(findJsonFault(before)).toBe(before.length);
      if (at < given.length) expect(() => JSON.parse(given)).toThrow();
      const { line, column } = placeOf(given, at);
      expect(given.split('\n').slice(0, line).join('\n').length).toBeGreaterThanOrEqual(at);
      expect([line, column].every((number) => number >= 1)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('JSON has no fault wherever it is cut, until it is whole', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), (json, at) => {
      const cut = json.slice(0, at % (json.length + 1));
      // In the middle of a number or a word, what is missing looks like a fault at its beginning.
      const whole = cut.replace(/[-\w.+]*$/, '');
      expect(findJsonFault(whole)).toBe(whole.length);
      expect(findJsonFault(json)).toBe(json.length);
    }),
    { numRuns: 500 },
  );
});
