import { createRequire } from 'node:module';
import type { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { FrameMasker } from './mask-frames.ts';

/** As a server's connection has it: what its types leave out. */
const { Receiver } = createRequire(import.meta.url)('ws') as {
  Receiver: new (options: object) => Writable;
};

function frame(payload: Buffer, opcode: number, mask: boolean): Buffer {
  const length = payload.length;
  const size = length < 126 ? [length] : length < 65_536 ? [126, length >> 8, length & 255] : undefined;
  const header = size ?? [127, ...Buffer.from(length.toString(16).padStart(16, '0'), 'hex')];
  const key = Buffer.from([1, 2, 3, 4]);
  header[0] = (header[0] ?? 0) | (mask ? 0x80 : 0);
  const body = mask ? payload.map((byte, at) => byte ^ (key[at % 4] ?? 0)) : payload;
  return Buffer.concat([Buffer.from([0x80 | opcode, ...header]), ...(mask ? [key] : []), body]);
}

const payloads = ['', '{"debug":false}', 'x'.repeat(125), 'y'.repeat(126), 'z'.repeat(70_000)];
const stream = Buffer.concat(
  payloads.flatMap((text) => [frame(Buffer.from(text), 1, false), frame(Buffer.from(text), 1, true)]),
);

async function received(chunks: readonly Buffer[]): Promise<string[]> {
  // It refuses a frame without a mask, as a server does.
  const receiver = new Receiver({ isServer: true, allowSynchronousEvents: true });
  const messages: string[] = [];
  receiver.on('message', (data: Buffer) => messages.push(String(data)));
  await new Promise<void>((resolve, reject) => {
    receiver.on('error', reject);
    receiver.on('finish', () => resolve());
    for (const chunk of chunks) receiver.write(chunk);
    receiver.end();
  });
  return messages;
}

test.each([[1], [2], [3], [7], [1000], [1_000_000]])(
  'frames with and without a mask are read as one is used to, in pieces of %i bytes',
  async (size) => {
    const masker = new FrameMasker();
    const chunks: Buffer[] = [];
    for (let at = 0; at < stream.length; at += size) chunks.push(masker.mask(stream.subarray(at, at + size)));
    expect(await received(chunks)).toEqual(payloads.flatMap((text) => [text, text]));
  },
);

test('without it such a frame is refused', async () => {
  await expect(received([stream])).rejects.toThrow('MASK must be set');
});
