// Goal: the walls stand in the way of nothing that a function may do. An upgrade of workerd that asks the kernel
// for something new shows here first.
// Method: one function that works every part of workerd, on a platform with the real sandbox.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { detectSandbox } from '../../control/sandbox/detect-sandbox.ts';
import { HOST_ID } from '../../control/sandbox/user-namespace.ts';
import { workerdBinary } from '../../control/workerd/workerd-binary.ts';
import { useSelvedge } from '../support/use-selvedge.ts';

/** Body of an async function, and what it returns. */
const works: readonly (readonly [string, string, string])[] = [
  [
    'hashes and keys',
    "return crypto.scryptSync('a', 'b', 32).length + crypto.pbkdf2Sync('a', 'b', 5000, 32, 'sha256').length",
    '64',
  ],
  ['random bytes', 'return crypto.randomBytes(60000).length', '60000'],
  [
    'a key pair',
    "const { privateKey } = await globalThis.crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']); return privateKey.type",
    'private',
  ],
  ['compression', "return zlib.gunzipSync(zlib.gzipSync(Buffer.alloc(3_000_000, 'ab'))).length", '3000000'],
  [
    'files in memory',
    "fs.writeFileSync('/tmp/a', 'x'.repeat(99999)); fs.mkdirSync('/tmp/d'); fs.renameSync('/tmp/a', '/tmp/d/b'); return fs.readdirSync('/tmp/d').join()",
    'b',
  ],
  [
    'collections of garbage',
    'let keep = []; for (let i = 0; i < 60; i += 1) { keep.push(Array.from({ length: 20000 }, (_, j) => ({ i, j }))); keep = keep.slice(-10); } return keep.length',
    '10',
  ],
  [
    'large buffers',
    'let keep = []; for (let i = 0; i < 60; i += 1) { keep.push(new Uint8Array(4_000_000).fill(1)); keep = keep.slice(-10); } return keep.length',
    '10',
  ],
  [
    'memory for Wasm, grown',
    'const memory = new WebAssembly.Memory({ initial: 1, maximum: 1000 }); memory.grow(500); new Uint8Array(memory.buffer).fill(1); return memory.buffer.byteLength',
    '32833536',
  ],
  [
    'shared memory',
    'const cells = new Int32Array(new SharedArrayBuffer(1024)); Atomics.add(cells, 0, 7); return cells[0]',
    '7',
  ],
  [
    'code made at run time',
    'let sum = 0; const part = (x) => Math.sqrt(x) + (x & 7); for (let i = 0; i < 5e6; i += 1) sum += part(i); return sum > 0',
    'true',
  ],
  [
    'a stack that overflows',
    'const deeper = () => deeper() + 1; try { deeper(); } catch (error) { return error.name; }',
    'RangeError',
  ],
  [
    'timers',
    'await Promise.all(Array.from({ length: 100 }, (_, ms) => scheduler.wait(ms % 20))); return 100',
    '100',
  ],
  [
    'languages',
    "return new Intl.NumberFormat('de').format(1234.5) + new Intl.DateTimeFormat('en', { timeZone: 'Asia/Tokyo', timeStyle: 'short' }).format(0).length",
    '1.234,57',
  ],
  [
    'streams',
    "return (await new Response(new Blob(['x'.repeat(100000)]).stream().pipeThrough(new CompressionStream('gzip')).pipeThrough(new DecompressionStream('gzip'))).text()).length",
    '100000',
  ],
  [
    'what is outside, by its socket',
    "const { status } = await fetch('http://selvedge.invalid/'); return status >= 400",
    'true',
  ],
];

const source = `
import crypto from 'node:crypto';
import fs from 'node:fs';
import zlib from 'node:zlib';
const works = [${works.map(([, code]) => `async () => { ${code} }`).join(',\n')}];
export default { async fetch(request, env, context) {
  context.waitUntil(scheduler.wait(1));
  console.log('worked', request.url);
  return new Response(String(await works[Number(new URL(request.url).pathname.slice(1))]()));
} };`;

test('a function may do all that workerd can, and leaves by SIGTERM as it should', async () => {
  const platform = await useSelvedge();
  await platform.create('worker', source, { compatibility_flags: ['nodejs_compat'], memory: 256 });
  const done: string[] = [];
  for (const [index, [name]] of works.entries()) {
    const { text } = await platform.call('worker', `/${index}`);
    done.push(`${name}: ${text}`);
  }
  expect(done).toEqual(works.map(([name, , result]) => `${name}: ${result}`));
  await platform.end('SIGTERM');
  expect(platform.processes()).toEqual([]);
});

test('an instance is behind the filter, without privileges, and has a user of its own where control is root', async () => {
  const sandbox = await detectSandbox(workerdBinary());
  const platform = await useSelvedge();
  await platform.create('plain', "export default { fetch: () => new Response('served') };");
  expect((await platform.call('plain')).text).toBe('served');
  const instance = platform.processes().find(({ kind }) => kind === 'instance');
  const status = readFileSync(`/proc/${instance?.pid}/status`, 'utf8');
  expect(status).toMatch(/^NoNewPrivs:\t1$/m);
  expect(status).toMatch(/^Seccomp:\t2$/m);
  for (const set of ['Inh', 'Prm', 'Eff', 'Bnd', 'Amb']) {
    expect(status).toMatch(new RegExp(`^Cap${set}:\\t0{16}$`, 'm'));
  }
  const user = sandbox.userNamespaceFd === undefined ? process.getuid?.() : HOST_ID;
  expect(status).toMatch(new RegExp(`^Uid:\\t${user}\\t${user}\\t${user}\\t${user}$`, 'm'));
});
