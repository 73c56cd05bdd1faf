import { expect, test } from 'vitest';
import { AppError } from '../model/errors.ts';
import { sourceBytesMax } from '../model/limits.ts';
import { checkSourceSize } from './source-size.ts';

const refusal = (code: Parameters<typeof checkSourceSize>[0]): AppError => {
  try {
    checkSourceSize(code);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('was accepted');
};

test('takes source up to the limit and refuses one byte more', () => {
  checkSourceSize(undefined);
  checkSourceSize('x'.repeat(sourceBytesMax));
  const error = refusal('x'.repeat(sourceBytesMax + 1));
  expect(error.code).toBe('FN_006');
  expect(error.details.status).toBe(413);
  expect(error.message).toContain(`code is ${sourceBytesMax + 1} bytes: at most ${sourceBytesMax} are taken`);
});

test('counts bytes, not characters, of all files together, and base64 as what it stands for', () => {
  const half = sourceBytesMax / 2;
  const binary = { base64: Buffer.alloc(half).toString('base64') };
  checkSourceSize({ 'a.ts': 'é'.repeat(half / 2), 'b.wasm': binary });
  const error = refusal({ 'a.ts': `é${'é'.repeat(half / 2)}`, 'b.wasm': binary });
  expect(error.message).toContain(`The largest part is a.ts with ${half + 2} bytes.`);
});
