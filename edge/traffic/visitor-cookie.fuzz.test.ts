import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readVisitor, visitorCookie } from './visitor-cookie.ts';

const seed = 20_261_127;
const name = fc.constantFrom('v', '__selvedge_visitor', 'a.b', '__proto__');
const text = fc.string({ unit: fc.constantFrom(...'av_=; .,"\\\t0f') });

/** As RFC 6265 has a server read it, by splitting: the slow way to the same. */
function reference(header: string, wanted: string): string | undefined {
  return header
    .split(';')
    .map((pair) => [pair.slice(0, Math.max(pair.indexOf('='), 0)).trim(), pair] as const)
    .filter(([key, pair]) => pair.indexOf('=') > 0 && key === wanted)
    .map(([, pair]) => pair.slice(pair.indexOf('=') + 1).trim())[0];
}

test('of any Cookie header the visitor is the value of the first cookie of that name', () => {
  fc.assert(
    fc.property(fc.array(text), name, (parts, wanted) => {
      const header = [...parts, `${wanted}=${parts[0] ?? ''}`].join(';');
      const value = reference(header, wanted);
      const visitor = readVisitor(header, wanted);
      expect(visitor && (visitor.pin === null ? visitor.key : `${visitor.key}.${visitor.pin}`)).toBe(
        value || undefined,
      );
    }),
    { seed, numRuns: 5000 },
  );
});

test('whatever else a browser sends, our own cookie is read back', () => {
  const digits = (length: number) =>
    fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
  fc.assert(
    fc.property(fc.array(text), digits(32), digits(8), fc.boolean(), (others, key, pin, secure) => {
      const pair = visitorCookie('visitor', key, pin, secure).split('; ')[0] ?? '';
      expect(readVisitor([...others, pair].join('; '), 'visitor')).toEqual({ key, pin });
    }),
    { seed, numRuns: 1000 },
  );
});
