// The configs behind the golden files. The tests that need a real workerd run the same ones, so a golden file is
// never a text that workerd would refuse.

import type { BundleModule } from '../../bundle/types.ts';
import type { WorkerdConfig } from '../config.ts';
import { frontConfig } from '../front-config.ts';
import { type InstanceConfigInput, instanceConfig } from '../instance-config.ts';

export const HELLO_MODULE: BundleModule = {
  name: 'index.js',
  type: 'esm',
  content: 'export default {\n  fetch: (request, env) => Response.json(env),\n};\n',
};

export const instanceSample = (input: Partial<InstanceConfigInput> = {}): WorkerdConfig =>
  instanceConfig({
    modules: [HELLO_MODULE],
    compatibilityDate: '2026-11-01',
    compatibilityFlags: [],
    env: [
      { key: 'GREETING', value: 'Hello, "world"', secret: false },
      { key: 'API_KEY', value: 'do-not-show', secret: true },
    ],
    info: { function: 'fn_00000000000000000001', name: 'hello', project: 'default', version: 'a'.repeat(64) },
    memoryMb: 128,
    outboundSocket: '/run/selvedge/0123456789abcdef.sock',
    ...input,
  });

/** An instance that is bound to others, to itself, and to objects of its own. */
export const boundSample = (): WorkerdConfig =>
  instanceSample({
    env: [],
    bindings: {
      list: [
        { kind: 'service', name: 'OTHER', grant: 'cGF5bG9hZA.c2lnbmF0dXJl' },
        { kind: 'namespace', name: 'TENANTS', grant: 'cGF5bG9hZA.c2lnbmF0dXJl' },
        { kind: 'own', name: 'ME', entrypoint: 'Named', props: { "it's": 'a "prop"' } },
        { kind: 'object', name: 'OBJECT', className: 'Counter', uniqueKey: 'k1' },
        { kind: 'json', name: 'VERSION', value: { id: 'v', tag: '', timestamp: 't' } },
      ],
      worker: 'export default {};\n',
      servicesDir: '/run/selvedge',
      objectsDir: '/objects',
    },
  });

const EVERY_MODULE = `import text from './page.txt';
import data from './logo.bin';
import json from './table.json';
import wasm from './empty.wasm';
export default {
  async fetch(request, env) {
    const { TEXT, JSON: parsed, HOST } = env;
    const bytes = [...new Uint8Array(env.DATA)];
    const service = await (await env.SERVICE.fetch('http://other/')).text();
    const modules = { text, data: [...new Uint8Array(data)], json, wasm: wasm instanceof WebAssembly.Module };
    return Response.json({ TEXT, parsed, bytes, HOST, service, modules });
  },
};
`;

/** Every kind of module, binding and service, and every http option. */
export const everythingSample = (directory: string): WorkerdConfig => ({
  services: [
    {
      kind: 'worker',
      name: 'every "thing"',
      modules: [
        { kind: 'esModule', name: 'index.js', content: EVERY_MODULE },
        { kind: 'text', name: 'page.txt', content: 'two\nlines\n' },
        { kind: 'data', name: 'logo.bin', content: Uint8Array.of(0, 127, 255) },
        { kind: 'json', name: 'table.json', content: '{"rows": [1, 2]}' },
        { kind: 'wasm', name: 'empty.wasm', content: Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0) },
      ],
      compatibilityDate: '2026-11-01',
      compatibilityFlags: ['enable_request_signal'],
      bindings: [
        { kind: 'text', name: 'TEXT', content: 'a\0b' },
        { kind: 'json', name: 'JSON', content: '{"deep": [null, "\\ud83d"]}' },
        { kind: 'data', name: 'DATA', content: Uint8Array.of(1, 2) },
        { kind: 'data', name: 'NOTHING', content: new Uint8Array() },
        { kind: 'service', name: 'SERVICE', service: { name: 'other', entrypoint: 'greeter' } },
        { kind: 'fromEnvironment', name: 'HOST', variable: 'SELVEDGE_TEST_HOST' },
      ],
      globalOutbound: { name: 'out' },
    },
    {
      kind: 'worker',
      name: 'other',
      modules: [
        {
          kind: 'esModule',
          name: 'other.js',
          content: 'export const greeter = { fetch: () => new Response("from the entrypoint") };',
        },
      ],
      compatibilityDate: '2026-11-01',
      compatibilityFlags: [],
      bindings: [],
    },
    { kind: 'network', name: 'internet', allow: [], deny: [] },
    { kind: 'network', name: 'lan', allow: ['private', '203.0.113.0/24'], deny: ['10.0.0.0/8'] },
    {
      kind: 'external',
      name: 'out',
      address: `unix:${directory}/out.sock`,
      http: {
        style: 'proxy',
        injectRequestHeaders: [{ name: 'x-who', value: 'me' }, { name: 'cookie' }],
        injectResponseHeaders: [{ name: 'x-from', value: 'out' }],
        capnpConnectHost: 'out',
      },
    },
    { kind: 'disk', name: 'files', path: directory, writable: true },
  ],
  sockets: [
    {
      name: 'http',
      address: '127.0.0.1:0',
      http: { style: 'host', cfBlobHeader: 'cf-blob' },
      service: { name: 'every "thing"' },
    },
  ],
});

const ROUTER = `export default {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === '/snapshot') return env.SNAPSHOT.fetch('http://snapshot/routing-table.json');
    if (pathname === '/control') return env.CONTROL.fetch('http://control/table');
    try {
      const cf = searchParams.has('country') ? { country: searchParams.get('country') } : undefined;
      return await env[pathname.slice(1)].fetch(new Request('http://hello/path', request), { cf });
    } catch (error) {
      return new Response(String(error), { status: 503 });
    }
  },
};
export const private_ = { fetch: () => new Response('private') };
export { private_ as private };
export const bound = { fetch: () => new Response('bound') };
export const secure = { fetch: ({ url, cf }) => Response.json({ url, cf }) };
`;

export const frontSample = (directory: string, v8Flags: readonly string[] = []): WorkerdConfig =>
  frontConfig({
    router: ROUTER,
    runDir: `${directory}/run`,
    snapshotDir: `${directory}/snapshot`,
    slots: 4,
    bindingKey: 'a2V5',
    ruleKeys: '{"secrets":"a2V5","urls":"a2V5","previews":"a2V5"}',
    v8Flags,
  });
