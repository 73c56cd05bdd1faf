import { expect, test } from 'vitest';
import { readUpload, uploadPartsMax } from './read-upload.ts';

async function sent(form: FormData): Promise<Parameters<typeof readUpload>> {
  const request = new Request('http://x/', { method: 'POST', body: form });
  return [new Uint8Array(await request.arrayBuffer()), request.headers.get('content-type') ?? undefined];
}

function upload(
  parts: Readonly<Record<string, readonly [content: string | Uint8Array<ArrayBuffer>, type: string]>>,
): FormData {
  const form = new FormData();
  form.set('metadata', '{}');
  for (const [name, [content, type]] of Object.entries(parts))
    form.append(name, new File([content], name, { type }));
  return form;
}

const esm = 'application/javascript+module';

test('parts become modules by their content types, and a source map goes to its module', async () => {
  const map = {
    version: 3,
    file: 'index.js',
    sources: ['../../src/a.ts'],
    names: [],
    mappings: 'AAAA',
    sourcesContent: ['x'],
  };
  const read = await readUpload(
    ...(await sent(
      upload({
        'index.js': ['export default {}', esm],
        './0123-add.wasm': [new Uint8Array([0, 97]), 'application/wasm'],
        'note.txt': ['a note', 'text/plain'],
        'raw.bin': [new Uint8Array([255]), 'application/octet-stream'],
        'index.js.map': [JSON.stringify(map), 'application/source-map'],
      }),
    )),
  );
  expect(read.modules).toEqual([
    { name: 'index.js', type: 'esm', content: 'export default {}' },
    { name: '0123-add.wasm', type: 'wasm', content: 'AGE=' },
    { name: 'note.txt', type: 'text', content: 'a note' },
    { name: 'raw.bin', type: 'data', content: '/w==' },
  ]);
  expect(JSON.parse(read.sourceMaps['index.js'] ?? '')).toMatchObject({ sources: ['src/a.ts'] });
});

test.each<[string, FormData, RegExp]>([
  ['no metadata', new FormData(), /no part "metadata"/],
  ['a name that leads out', upload({ '../../etc/x.js': ['', esm] }), /leads out of the Worker/],
  ['an absolute name', upload({ '/etc/x.js': ['', esm] }), /is an absolute path/],
  ['a type that nobody knows', upload({ 'a.js': ['', 'image/png'] }), /has the content type "image\/png"/],
  ['Python', upload({ 'a.py': ['', 'text/x-python'] }), /is Python, which this platform does not run/],
  ['text that is none', upload({ 'a.js': [new Uint8Array([0xff, 0xfe]), esm] }), /is not UTF-8 text/],
  [
    'two modules of one name',
    upload({ 'a.js': ['', esm], './a.js': ['', esm] }),
    /Two modules are called "a.js"/,
  ],
])('an upload with %s is refused', async (_what, form, message) => {
  await expect(readUpload(...(await sent(form)))).rejects.toThrow(message);
});

test('an upload of one part more than are taken is refused', async () => {
  const parts = Array.from({ length: uploadPartsMax }, (_, index) => [`m${index}.js`, ['', esm]] as const);
  await expect(readUpload(...(await sent(upload(Object.fromEntries(parts)))))).rejects.toThrow(
    `The upload has ${uploadPartsMax + 1} parts: at most ${uploadPartsMax} are taken.`,
  );
});

test('10,000 parts are refused in no time', async () => {
  const parts = Array.from({ length: 10_000 }, (_, index) => [`m${index}.js`, ['', esm]] as const);
  await expect(readUpload(...(await sent(upload(Object.fromEntries(parts)))))).rejects.toThrow(
    'The upload has 10001 parts',
  );
});

test.each([
  ['application/json', '{}', /is multipart\/form-data with a boundary/],
  ['multipart/form-data', 'x', /is multipart\/form-data with a boundary/],
  ['multipart/form-data; boundary=x', '--x\r\nno end', /is no form that can be read/],
  ['multipart/form-data; boundary=x', '', /is no form that can be read/],
  [undefined, 'x', /is multipart\/form-data with a boundary/],
])('a body of type %s that is no form is refused', async (type, body, message) => {
  await expect(readUpload(new TextEncoder().encode(body), type)).rejects.toThrow(message);
});
