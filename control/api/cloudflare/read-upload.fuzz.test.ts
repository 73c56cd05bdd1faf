// Whatever is uploaded is read or refused with a message for its sender; nothing else is ever thrown.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '../../model/errors.ts';
import { routeSchema } from '../../model/function.ts';
import { readBindings } from './read-bindings.ts';
import { readUpload } from './read-upload.ts';
import { routePatterns } from './route-patterns.ts';
import { readMetadata } from './upload-metadata.ts';

const seed = { seed: 20261127, numRuns: 300 };

/** True of what was read, and of a refusal that a client can be told. */
async function readOrRefused(read: () => unknown): Promise<boolean> {
  try {
    await read();
    return true;
  } catch (error) {
    return error instanceof AppError && error.code === 'FN_006';
  }
}

test('bodies of any bytes, as a form of any boundary', async () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '--x',
      '--x--',
      '\r\n',
      '\r\n\r\n',
      'Content-Disposition: form-data; name="metadata"',
      '{}',
    ),
    fc.constantFrom(
      'Content-Disposition: form-data; name="a"; filename="a"',
      'Content-Type: application/wasm',
    ),
  );
  const property = fc.asyncProperty(
    fc.array(piece),
    fc.constantFrom('x', '"x"', 'y', ''),
    async (pieces, boundary) => {
      const bytes = new TextEncoder().encode(pieces.join(''));
      expect(await readOrRefused(() => readUpload(bytes, `multipart/form-data; boundary=${boundary}`))).toBe(
        true,
      );
    },
  );
  await fc.assert(property, seed);
});

test('parts of any name and type: what is read has names that lead nowhere else', async () => {
  const part = fc.record({
    name: fc.string({ minLength: 1 }),
    type: fc.constantFrom('application/javascript+module', 'text/plain', 'x/y'),
  });
  const property = fc.asyncProperty(fc.array(part, { maxLength: 5 }), async (parts) => {
    const form = new FormData();
    form.set('metadata', '{}');
    for (const { name, type } of parts) form.append(name, new File([''], name, { type }));
    const request = new Request('http://x/', { method: 'POST', body: form });
    const bytes = new Uint8Array(await request.arrayBuffer());
    const type = request.headers.get('content-type') ?? '';
    expect(
      await readOrRefused(async () => {
        const { modules } = await readUpload(bytes, type);
        for (const { name } of modules) expect(name).not.toMatch(/^\/|(^|\/)\.{0,2}(\/|$)|\\/);
      }),
    ).toBe(true);
  });
  await fc.assert(property, seed);
});

test('metadata and bindings of any JSON', async () => {
  const property = fc.asyncProperty(
    fc.json(),
    fc.array(fc.record({ name: fc.string(), type: fc.string(), text: fc.jsonValue() })),
    async (json, given) => {
      expect(await readOrRefused(() => readMetadata(json))).toBe(true);
      expect(await readOrRefused(() => readBindings(given, [], { variables: [], bindings: [] }))).toBe(true);
    },
  );
  await fc.assert(property, seed);
});

test('routes of any text: what is taken is a route here', async () => {
  const property = fc.asyncProperty(fc.oneof(fc.string(), fc.webUrl()), async (text) => {
    expect(
      await readOrRefused(() => {
        for (const pattern of routePatterns(text))
          expect(routeSchema.safeParse({ pattern }).success).toBe(true);
      }),
    ).toBe(true);
  });
  await fc.assert(property, seed);
});
