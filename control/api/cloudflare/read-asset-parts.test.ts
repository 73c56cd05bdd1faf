import { expect, test } from 'vitest';
import { readAssetParts } from './read-asset-parts.ts';

interface Part {
  readonly name: string;
  readonly type?: string;
  readonly content: string;
}

const typeOf = (boundary: string) => `multipart/form-data; boundary=${boundary}`;

function formOf(parts: readonly Part[], boundary = 'x-1'): string {
  const texts = parts.map(
    ({ name, type, content }) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="${name}"\r\n${type ? `Content-Type: ${type}\r\n` : ''}\r\n${content}\r\n`,
  );
  return `${texts.join('')}--${boundary}--\r\n`;
}

async function* cut(text: string, size: number) {
  for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size));
}

async function read(body: AsyncIterable<Uint8Array>, type = typeOf('x-1')) {
  const found = [];
  for await (const { hash, contentType, content } of readAssetParts(body, type)) {
    const chunks = [];
    for await (const chunk of content) chunks.push(Buffer.from(chunk));
    found.push([hash, contentType, Buffer.concat(chunks).toString()]);
  }
  return found;
}

const parts = [
  { name: 'a1', type: 'text/html; charset=utf-8', content: 'PGgxPg==' },
  { name: 'b2', type: 'application/null', content: '' },
  { name: 'c3', content: 'QUJD'.repeat(50_000) },
];
const expected = [
  ['a1', 'text/html; charset=utf-8', 'PGgxPg=='],
  ['b2', null, ''],
  ['c3', null, 'QUJD'.repeat(50_000)],
];

test.each([7, 1000, 16_384, 1_000_000])(
  'reads each part as it was sent, in pieces of %i bytes',
  async (size) => {
    expect(await read(cut(formOf(parts), size))).toEqual(expected);
  },
);

test('takes a form as Node itself writes it, file by file', async () => {
  const form = new FormData();
  for (const { name, type, content } of parts)
    form.append(name, new File([content], name, { type: type ?? 'application/null' }), name);
  const { body, headers } = new Response(form);
  expect(await read(body as never, String(headers.get('content-type')))).toEqual(expected);
});

test('a form without a file is none', async () => {
  expect(await read(cut('--x-1--\r\n', 100))).toEqual([]);
});

test.each([undefined, 'application/json', 'multipart/form-data', 'multipart/mixed; boundary=a'])(
  'refuses the content type %j',
  async (type) => {
    await expect(read(cut('', 1), type ?? '')).rejects.toMatchObject({
      code: 'FN_006',
      details: { status: 415 },
    });
  },
);

test('refuses a form that is cut off', async () => {
  await expect(read(cut(formOf(parts).slice(0, -20), 1000))).rejects.toThrow('The form cannot be read');
});

test('passes on what is wrong with the body itself', async () => {
  async function* breaking() {
    yield Buffer.from(formOf(parts).slice(0, 150_000));
    throw new Error('gone');
  }
  await expect(read(breaking())).rejects.toThrow('gone');
});

test('refuses more files in one form than anybody was asked for', async () => {
  const many = Array.from({ length: 1001 }, (_, n) => ({ name: `h${n}`, content: 'QQ==' }));
  expect(await read(cut(formOf(many.slice(1)), 9999))).toHaveLength(1000);
  await expect(read(cut(formOf(many), 9999))).rejects.toThrow('exceeds maximum allowed count of 1000');
});

test('a reader that has enough leaves nothing running', async () => {
  for await (const { hash } of readAssetParts(cut(formOf(parts), 1000), typeOf('x-1'))) {
    expect(hash).toBe('a1');
    break;
  }
});
