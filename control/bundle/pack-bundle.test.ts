import { expect, it } from 'vitest';
import { bundleBytesMax, packBundle } from './pack-bundle.ts';

const content = (bytes: number) => ({
  code: 'x',
  convention: 'event' as const,
  sourceMap: '{}',
  // Two bytes a character, as bytes are what is limited.
  modules: [
    { name: 'index.js', type: 'esm' as const, content: `${'é'.repeat(bytes >> 1)}${'x'.repeat(bytes & 1)}` },
  ],
});

it('takes a bundle of the largest size and refuses one that is a byte larger', () => {
  expect(packBundle(content(bundleBytesMax), []).logs).toEqual([]);
  expect(() => packBundle(content(bundleBytesMax + 1), [])).toThrow(
    `has ${bundleBytesMax + 1} bytes; it may have at most ${bundleBytesMax}`,
  );
});
