import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anEntry, V1, V2 } from '../../test/support/an-entry.ts';
import { PlatformError } from './platform-error.ts';
import { readWish } from './read-wish.ts';

const seed = 20_261_127;
const by = { credentials: [], key: 'digest', choosesVersion: true };
const entry = anEntry({ previews: [V2], aliases: { staging: V1 } });
const piece = fc.constantFrom(
  'hello',
  '=',
  '"',
  ',',
  ' ',
  '-',
  V1,
  V2.slice(0, 8),
  '1a1a',
  'staging',
  '\\',
  ';',
  'show',
);
const value = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));

test('any wish is for a version that there may be, or is refused as the sender’s own fault', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('x-selvedge-version', 'cloudflare-workers-version-overrides'),
      value,
      (name, wanted) => {
        try {
          const wish = readWish(new Headers({ [name]: wanted }), entry, by);
          if (wish?.version) expect([V1, V2]).toContain(wish.version);
        } catch (error) {
          expect(error).toBeInstanceOf(PlatformError);
          expect((error as PlatformError).status).toBeLessThan(500);
        }
      },
    ),
    { seed, numRuns: 5000 },
  );
});
