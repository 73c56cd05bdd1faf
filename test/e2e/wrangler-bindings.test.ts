// Goal: bindings that a wrangler configuration names are there at the edge.
// Method: the real wrangler deploys Workers that are bound to each other, to objects and to a namespace.

import { expect, test } from 'vitest';
import { useSharedSelvedge } from '../support/use-shared-selvedge.ts';
import { useWrangler } from '../support/use-wrangler.ts';

const platform = useSharedSelvedge();
const config = (name: string, more: object = {}): string =>
  JSON.stringify({ name, main: 'index.js', compatibility_date: '2026-11-01', ...more });

/** 8-byte header and one function: (i32, i32) -> i32 that adds. */
const addWasm = Buffer.from(
  'AGFzbQEAAAABBwFgAn9/AX8DAgEABwcBA2FkZAAACgkBBwAgACABagsAGgRuYW1lAQYBAANhZGQCCwEAAgABYQEBYgAA',
  'base64',
);

test('services with entrypoints and props, the version of itself, and a service that is not there', async () => {
  const library = useWrangler(platform);
  library.write({
    'wrangler.json': config('w-library'),
    'index.js': `import { WorkerEntrypoint } from 'cloudflare:workers';
      export class Maths extends WorkerEntrypoint { add(a, b) { return a + b + this.ctx.props.bias; } }
      export default { fetch: () => new Response('library') };`,
  });
  const app = useWrangler(platform);
  app.write({
    'wrangler.json': config('w-app', {
      services: [
        { binding: 'LIBRARY', service: 'w-library' },
        { binding: 'MATHS', service: 'w-library', entrypoint: 'Maths', props: { bias: 100 } },
      ],
      version_metadata: { binding: 'VERSION' },
    }),
    'index.js': `export default {
      async fetch(request, env) {
        return Response.json([await (await env.LIBRARY.fetch(request)).text(), await env.MATHS.add(1, 2), env.VERSION]);
      },
    };`,
  });
  expect(await app.refused(['deploy'])).toContain('The binding "LIBRARY" leads to the function "w-library"');
  await library.ok(['deploy']);
  await app.ok(['deploy', '--tag', 'v1']);
  const [text, sum, version] = JSON.parse((await platform.call('w-app')).text);
  expect([text, sum]).toEqual(['library', 103]);
  expect(version).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/),
    tag: 'v1',
    timestamp: expect.stringMatching(/^20\d\d-/),
  });
});

test('Durable Objects: new, deployed again, renamed with what they store, and deleted', async () => {
  const wrangler = useWrangler(platform);
  const source = (name: string): string => `import { DurableObject } from 'cloudflare:workers';
    export class ${name} extends DurableObject {
      async add() { const n = ((await this.ctx.storage.get('n')) ?? 0) + 1; await this.ctx.storage.put('n', n); return n; }
    }
    export default { fetch: async (request, env) => new Response('${name} ' + await env.OBJECT.getByName('one').add()) };`;
  const migrations: object[] = [{ tag: 'v1', new_sqlite_classes: ['Counter'] }];
  const write = (name: string): void =>
    wrangler.write({
      'wrangler.json': config('w-objects', {
        durable_objects: { bindings: [{ name: 'OBJECT', class_name: name }] },
        migrations,
      }),
      'index.js': source(name),
    });
  write('Counter');
  await wrangler.ok(['deploy']);
  expect((await platform.call('w-objects')).text).toBe('Counter 1');
  await wrangler.ok(['deploy', '--message', 'again']);
  expect((await platform.call('w-objects')).text).toBe('Counter 2');
  migrations.push({ tag: 'v2', renamed_classes: [{ from: 'Counter', to: 'Tally' }] });
  write('Tally');
  await wrangler.ok(['deploy']);
  expect((await platform.call('w-objects')).text).toBe('Tally 3');
  migrations.push({ tag: 'v3', deleted_classes: ['Tally'] });
  wrangler.write({
    'wrangler.json': config('w-objects', { migrations }),
    'index.js': `export default { fetch: () => new Response('none') };`,
  });
  await wrangler.ok(['deploy']);
  expect((await platform.call('w-objects')).text).toBe('none');
  migrations.push({ tag: 'v4', new_sqlite_classes: ['Tally'] });
  write('Tally');
  await wrangler.ok(['deploy']);
  expect((await platform.call('w-objects')).text).toBe('Tally 1');
});

test('dispatch namespaces from create to delete, and a Worker in one', async () => {
  const wrangler = useWrangler(platform);
  expect(await wrangler.ok(['dispatch-namespace', 'create', 'w-tenants'])).toContain('w-tenants');
  expect(await wrangler.ok(['dispatch-namespace', 'list'])).toContain('w-tenants');
  expect(await wrangler.ok(['dispatch-namespace', 'get', 'w-tenants'])).toContain('namespace_id');
  wrangler.write({
    'wrangler.json': config('w-tenant'),
    'index.js': `export default { fetch: () => new Response('the tenant') };`,
  });
  await wrangler.ok(['deploy', '--dispatch-namespace', 'w-tenants']);
  await wrangler.ok(['deploy', '--dispatch-namespace', 'w-tenants']);
  const gate = useWrangler(platform);
  gate.write({
    'wrangler.json': config('w-gate', {
      dispatch_namespaces: [{ binding: 'TENANTS', namespace: 'w-tenants' }],
    }),
    'index.js': `export default { fetch: (request, env) => env.TENANTS.get('w-tenant').fetch(request) };`,
  });
  await gate.ok(['deploy']);
  expect((await platform.call('w-gate')).text).toBe('the tenant');
  await wrangler.ok(['dispatch-namespace', 'rename', 'w-tenants', 'w-others']);
  expect(await wrangler.ok(['dispatch-namespace', 'list'])).toContain('w-others');
  await wrangler.ok(['dispatch-namespace', 'delete', 'w-others']);
  expect(await wrangler.ok(['dispatch-namespace', 'list'])).not.toContain('w-others');
});

test('a script in service-worker syntax has its Wasm, text and data as globals', async () => {
  const wrangler = useWrangler(platform);
  wrangler.write({
    'wrangler.json': config('w-script', {
      wasm_modules: { ADD: 'add.wasm' },
      text_blobs: { NOTE: 'note.txt' },
      data_blobs: { BYTES: 'raw.bin' },
    }),
    'index.js': `addEventListener('fetch', (event) => {
      const sum = new WebAssembly.Instance(ADD).exports.add(2, 3);
      event.respondWith(Response.json([sum, NOTE, [...new Uint8Array(BYTES)]]));
    });`,
    'add.wasm': addWasm,
    'note.txt': 'a note',
    'raw.bin': new Uint8Array([1, 2, 255]),
  });
  await wrangler.ok(['deploy']);
  expect(JSON.parse((await platform.call('w-script')).text)).toEqual([5, 'a note', [1, 2, 255]]);
});
