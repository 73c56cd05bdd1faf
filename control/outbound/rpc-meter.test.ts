import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RpcMeter } from './rpc-meter.ts';

const PREAMBLE = Buffer.from('CONNECT selvedge HTTP/1.1\r\nhost: selvedge\r\n\r\n');

/** A frame whose root lies `gap` words behind its pointer, with `more` segments behind it. */
function frame(kind: number, { gap = 0, words = 3, more = [] as number[] } = {}): Buffer {
  const sizes = [1 + gap + words, ...more];
  const head = Buffer.alloc(Math.ceil((4 + 4 * sizes.length) / 8) * 8);
  head.writeUInt32LE(sizes.length - 1, 0);
  sizes.forEach((size, index) => {
    head.writeUInt32LE(size, 4 + 4 * index);
  });
  const body = Buffer.alloc(
    sizes.reduce((sum, size) => sum + size * 8, 0),
    0xee,
  );
  body.writeInt32LE(gap << 2, 0);
  body.writeUInt16LE(kind, 8 * (1 + gap));
  return Buffer.concat([head, body]);
}

test('calls and answers are counted, however the bytes are cut', () => {
  const part = fc.record({
    kind: fc.integer({ min: 0, max: 13 }),
    gap: fc.integer({ min: 0, max: 4 }),
    words: fc.integer({ min: 1, max: 40 }),
    more: fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 4 }),
  });
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 20 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 60 })),
      (parts, cuts) => {
        const bytes = Buffer.concat([PREAMBLE, ...parts.map((each) => frame(each.kind, each))]);
        const meter = new RpcMeter();
        for (let at = 0; at < bytes.length; ) {
          const size = cuts.next().value as number;
          meter.feed(bytes.subarray(at, at + size));
          at += size;
        }
        expect(meter.asked).toBe(parts.filter(({ kind }) => kind === 2 || kind === 8).length);
        expect(meter.answered).toBe(parts.filter(({ kind }) => kind === 3).length);
        expect(meter.lost).toBe(false);
      },
    ),
  );
});

test('what is no such protocol is given up, and counted no more', () => {
  const meter = new RpcMeter();
  meter.feed(Buffer.concat([PREAMBLE, Buffer.alloc(64, 0xff)]));
  expect(meter.lost).toBe(true);
  meter.feed(frame(2));
  expect(meter.asked).toBe(0);
});
