// Goal: what wrangler deploys answers at the edge as it does on Cloudflare.
// Method: the real wrangler, in a folder with a project, against a platform of its own; then requests to the edge.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useSharedSelvedge } from '../support/use-shared-selvedge.ts';
import { useWrangler } from '../support/use-wrangler.ts';
import { waitFor } from '../support/wait-for.ts';

const platform = useSharedSelvedge();
const config = (name: string, more: object = {}): string =>
  JSON.stringify({ name, main: 'src/index.ts', compatibility_date: '2026-11-01', ...more });

/** 8-byte header and one function: (i32, i32) -> i32 that adds. */
const addWasm = Buffer.from(
  'AGFzbQEAAAABBwFgAn9/AX8DAgEABwcBA2FkZAAACgkBBwAgACABagsAGgRuYW1lAQYBAANhZGQCCwEAAgABYQEBYgAA',
  'base64',
);

test('a new TypeScript module with variables, modules of all kinds and a message', async () => {
  const wrangler = useWrangler(platform);
  wrangler.write({
    'wrangler.json': config('tour', {
      vars: { GREETING: 'Good day', LIMITS: { rows: [1, 2] } },
      compatibility_flags: ['nodejs_compat'],
      rules: [{ type: 'Text', globs: ['**/*.txt'] }],
    }),
    'src/index.ts': `
      import { createHash } from 'node:crypto';
      import add from './add.wasm';
      import note from './note.txt';
      import bytes from './raw.bin';
      import { env as ambient } from 'cloudflare:workers';
      import { twice } from './twice';
      interface Env { GREETING: string; LIMITS: { rows: number[] } }
      const ready = await Promise.resolve('awaited');
      export default {
        async fetch(request: Request, env: Env): Promise<Response> {
          if (new URL(request.url).pathname === '/throw') throw new Error('on purpose');
          const { exports } = await WebAssembly.instantiate(add as WebAssembly.Module) as any;
          return Response.json({
            greeting: env.GREETING, rows: env.LIMITS.rows, ambient: (ambient as any).GREETING, ready,
            sum: exports.add(2, 3), note: note.trim(), bytes: [...new Uint8Array(bytes)], twice: twice(21),
            hash: createHash('sha256').update('x').digest('hex').slice(0, 8),
          });
        },
      };`,
    'src/twice.ts': 'export const twice = (n: number): number => n * 2;',
    'src/add.wasm': addWasm,
    'src/note.txt': 'a note\n',
    'src/raw.bin': new Uint8Array([1, 2, 255]),
  });
  const output = await wrangler.ok(['deploy', '--message', 'the first']);
  expect(output).toContain('Uploaded tour');
  expect(output).toContain(`http://tour.localhost:${platform.edgePort}/`);
  const { status, text } = await platform.call('tour');
  expect(JSON.parse(text)).toEqual({
    ...{ greeting: 'Good day', rows: [1, 2], ambient: 'Good day', ready: 'awaited', sum: 5, note: 'a note' },
    ...{ bytes: [1, 2, 255], twice: 42, hash: '2d711642' },
  });
  expect(status).toBe(200);

  // A stack leads to the file that its owner wrote.
  expect((await platform.call('tour', '/throw')).status).toBe(500);
  const stack = await waitFor('the stack in the log', async () => {
    const { body } = await platform.api<{ logs: { stack?: string }[] }>(
      'GET',
      '/functions/tour/logs?level=error',
    );
    return body.logs.find((entry) => entry.stack !== undefined)?.stack;
  });
  expect(stack).toContain('src/index.ts:12:65');

  // The second deploy takes another way: versions, then a deployment.
  wrangler.write({ 'src/twice.ts': 'export const twice = (n: number): number => n * 2 + 0.5;' });
  await wrangler.ok(['deploy', '--var', 'GREETING:Hello']);
  expect(JSON.parse((await platform.call('tour')).text)).toMatchObject({ greeting: 'Hello', twice: 42.5 });
});

test('a script in service-worker syntax, which is sloppy and has its bindings as globals', async () => {
  const wrangler = useWrangler(platform);
  wrangler.write({
    'wrangler.json': JSON.stringify({
      ...{ name: 'script', main: 'worker.js', compatibility_date: '2026-11-01' },
      ...{ vars: { GREETING: 'Good day' }, wasm_modules: { ADD: 'add.wasm' } },
      ...{ text_blobs: { NOTE: 'note.txt' }, data_blobs: { RAW: 'raw.bin' } },
    }),
    'worker.js': `
      addEventListener('fetch', (event) => {
        undeclared = GREETING;
        const { exports } = new WebAssembly.Instance(ADD);
        event.respondWith(new Response([undeclared, exports.add(2, 3), NOTE.trim(), new Uint8Array(RAW)].join(' ')));
      });`,
    'add.wasm': addWasm,
    'note.txt': 'a note\n',
    'raw.bin': new Uint8Array([7, 8]),
  });
  await wrangler.ok(['deploy']);
  expect((await platform.call('script')).text).toBe('Good day 5 a note 7,8');
  await wrangler.ok(['deploy', '--var', 'GREETING:Hello']);
  expect((await platform.call('script')).text).toBe('Hello 5 a note 7,8');
});

test('modules that are not bundled, with imports of a computed name', async () => {
  const wrangler = useWrangler(platform);
  wrangler.write({
    'wrangler.json': JSON.stringify({
      ...{ name: 'many', main: 'index.js', compatibility_date: '2026-11-01', no_bundle: true },
      rules: [{ type: 'ESModule', globs: ['**/*.js'] }],
    }),
    'index.js': `
      import { greet } from './lib/greet.js';
      export default {
        async fetch(request) {
          const word = new URL(request.url).pathname.slice(1);
          const { text } = await import('./words/' + word + '.js');
          return new Response(greet(text));
        },
      };`,
    'lib/greet.js':
      "import { mark } from '../mark.js';\nexport const greet = (name) => 'Hello ' + name + mark;",
    'mark.js': "export const mark = '!';",
    'words/one.js': "export const text = 'one';",
    'words/two.js': "export const text = 'two';",
  });
  await wrangler.ok(['deploy']);
  expect((await platform.call('many', '/one')).text).toBe('Hello one!');
  expect((await platform.call('many', '/two')).text).toBe('Hello two!');
});

test('a Worker calls another by a service binding, a method of an entrypoint among it', async () => {
  const callee = useWrangler(platform);
  callee.write({
    'wrangler.json': config('callee'),
    'src/index.ts': `
      import { WorkerEntrypoint } from 'cloudflare:workers';
      export class Adder extends WorkerEntrypoint<unknown, { by: number }> {
        add(n: number): number { return n + this.ctx.props.by; }
      }
      export default { fetch: () => new Response('from the callee') };`,
  });
  await callee.ok(['deploy']);
  const caller = useWrangler(platform);
  caller.write({
    'wrangler.json': config('caller', {
      services: [
        { binding: 'CALLEE', service: 'callee' },
        { binding: 'ADDER', service: 'callee', entrypoint: 'Adder', props: { by: 40 } },
      ],
      version_metadata: { binding: 'META' },
    }),
    'src/index.ts': `
      export default {
        async fetch(request: Request, env: any): Promise<Response> {
          const text = await (await env.CALLEE.fetch(request)).text();
          return Response.json({ text, sum: await env.ADDER.add(2), id: env.META.id.length > 0 });
        },
      };`,
  });
  await caller.ok(['deploy']);
  expect(JSON.parse((await platform.call('caller')).text)).toEqual({
    ...{ text: 'from the callee', sum: 42, id: true },
  });
});

test('types and dev work beside it: they need no platform', async () => {
  const wrangler = useWrangler(platform);
  wrangler.write({
    'wrangler.json': config('local', { vars: { GREETING: 'Good day' } }),
    'src/index.ts': 'export default { fetch: (_: Request, env: Env) => new Response(env.GREETING) };',
  });
  await wrangler.ok(['types', '--include-runtime=false']);
  expect(readFileSync(join(wrangler.cwd, 'worker-configuration.d.ts'), 'utf8')).toContain('GREETING');
  const dev = wrangler.start(['dev', '--port', '0', '--ip', '127.0.0.1', '--inspector-port', '0']);
  const url = await waitFor('dev to be ready', () => /Ready on (http:\S+)/.exec(dev.output())?.[1]);
  expect(await (await fetch(url)).text()).toBe('Good day');
});

test.each([
  ['kv_namespaces', [{ binding: 'CACHE', id: '0'.repeat(32) }], '"CACHE" is of type "kv_namespace"'],
  [
    'r2_buckets',
    [{ binding: 'FILES', bucket_name: 'files' }],
    '"files" is not there: there are no R2 buckets on this platform',
  ],
  ['ai', { binding: 'AI' }, '"AI" is of type "ai"'],
])(
  'a Worker with %s is refused by the name of the binding, and nothing is deployed',
  async (key, value, told) => {
    const wrangler = useWrangler(platform);
    const name = `refused-${key.replaceAll('_', '-')}`;
    wrangler.write({
      'wrangler.json': config(name, { [key]: value }),
      'src/index.ts': 'export default { fetch: () => new Response("never") };',
    });
    expect(await wrangler.refused(['deploy'])).toContain(told);
    expect((await platform.call(name)).status).toBe(404);
  },
);

test('a Worker that throws at its start is refused, in the places of its source', async () => {
  const wrangler = useWrangler(platform);
  wrangler.write({
    'wrangler.json': config('broken'),
    'src/index.ts': 'const x: any = undefined;\nx.y();\nexport default { fetch: () => new Response() };',
  });
  const output = await wrangler.refused(['deploy']);
  expect(output).toContain('Cannot read properties of undefined');
  // Trying again makes it anew.
  wrangler.write({ 'src/index.ts': 'export default { fetch: () => new Response("mended") };' });
  await wrangler.ok(['deploy']);
  expect((await platform.call('broken')).text).toBe('mended');
});
