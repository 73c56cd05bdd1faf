import { expect, test } from 'vitest';
import { type Encoding, type Piece, readContent } from './read-content.ts';

async function read(chunks: readonly Uint8Array[], encoding: Encoding) {
  async function* arriving() {
    yield* chunks;
  }
  const pieces: Piece[] = [];
  for await (const piece of readContent(arriving(), encoding)) pieces.push(piece);
  return {
    bytes: Buffer.concat(pieces.map(({ bytes }) => bytes)),
    base64: Buffer.concat(pieces.map(({ base64 }) => base64)).toString(),
  };
}

const cut = (bytes: Uint8Array, size: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) => bytes.subarray(n * size, (n + 1) * size));

test.each([0, 1, 2, 3, 4, 100, 1001])(
  '%i bytes are the same in both forms, however they are cut',
  async (length) => {
    const bytes = Buffer.from(Array.from({ length }, (_, n) => (n * 7) % 256));
    const base64 = bytes.toString('base64');
    for (const size of [1, 2, 3, 5, 64]) {
      expect(await read(cut(Buffer.from(base64), size), 'base64')).toEqual({ bytes, base64 });
      expect(await read(cut(bytes, size), 'raw')).toEqual({ bytes, base64 });
    }
  },
);

test.each([
  ['QUJ', 'is cut off'],
  ['QU=', 'is cut off'],
  ['QQ==QQ==', 'holds other characters, or padding in its middle'],
  ['QR==', 'holds other characters'],
  ['Q Q=', 'holds other characters'],
  ['Q_-A', 'holds other characters'],
  ['QUJD\n', 'is cut off'],
])('refuses %j, as a hash is taken of one form only', async (text, why) => {
  await expect(read([Buffer.from(text)], 'base64')).rejects.toThrow(why);
});

test('refuses what goes on after its end, wherever it is cut', async () => {
  await expect(read([Buffer.from('QQ=='), Buffer.from('QQ==')], 'base64')).rejects.toThrow(
    'goes on after its end',
  );
});
