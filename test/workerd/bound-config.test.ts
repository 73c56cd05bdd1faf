// Goal: a config with bindings is one that workerd runs, and a function finds in `env` what they promise, and no more.
// Method: the emitted config in a real workerd. Nobody listens where the fronts would.

import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { WorkerdConfig } from '../../control/workerd/config.ts';
import { bundleEdge } from '../../control/workerd/edge-bundle.ts';
import { emitCapnp } from '../../control/workerd/emit-capnp.ts';
import { instanceSample } from '../../control/workerd/goldens/sample-configs.ts';
import { redactSecrets } from '../../control/workerd/instance-config.ts';
import { useTmpDir } from '../support/use-tmp-dir.ts';
import { useWorkerd } from '../support/use-workerd.ts';

const source = `import { DurableObject, WorkerEntrypoint } from 'cloudflare:workers';
export class Counter extends DurableObject {
  async add() {
    const n = ((await this.ctx.storage.get('n')) ?? 0) + 1;
    await this.ctx.storage.put('n', n);
    return n;
  }
}
export class Named extends WorkerEntrypoint { props() { return this.ctx.props; } }
const wordsOf = (promise) => promise.then(() => 'answered', (error) => error.message);
export default {
  async fetch(request, env) {
    return Response.json({
      keys: Object.keys(env).sort(),
      fetched: await wordsOf(env.OTHER.fetch('http://x/')),
      called: await wordsOf(env.OTHER.anything(1)),
      own: [Object.keys(env.OTHER), JSON.stringify(env.OTHER)],
      props: await env.ME.props(),
      count: await env.OBJECT.getByName('one').add(),
    });
  },
};
`;

async function config(servicesDir: string, objectsDir: string | undefined): Promise<WorkerdConfig> {
  return instanceSample({
    modules: [{ name: 'index.js', type: 'esm', content: source }],
    env: [],
    bindings: {
      list: [
        { kind: 'service', name: 'OTHER', grant: 'the-grant' },
        { kind: 'own', name: 'ME', entrypoint: 'Named', props: { row: 7 } },
        { kind: 'object', name: 'OBJECT', className: 'Counter', uniqueKey: 'k1' },
      ],
      worker: await bundleEdge('binding'),
      ...{ servicesDir, objectsDir },
    },
  });
}

test('each binding is there; without fronts calls fail, and the grant is nowhere to be read', async () => {
  const dir = useTmpDir();
  mkdirSync(join(dir, 'objects'));
  const text = emitCapnp(await config(dir, join(dir, 'objects')));
  const first = await useWorkerd(text, { sockets: ['http'] });
  const { body } = await first.fetch('http');
  expect(body).not.toContain('the-grant');
  expect(JSON.parse(body)).toMatchObject({
    keys: ['ME', 'OBJECT', 'OTHER', '__selvedge'],
    ...{ fetched: 'Network connection lost.', called: 'Network connection lost.' },
    ...{ props: { row: 7 }, count: 1 },
  });
  expect(readdirSync(join(dir, 'objects'))).toEqual(['k1']);
});

test('objects that are to be probed only are stored nowhere', async () => {
  const dir = useTmpDir();
  const workerd = await useWorkerd(emitCapnp(await config(dir, undefined)), { sockets: ['http'] });
  expect(JSON.parse((await workerd.fetch('http')).body).count).toBe(1);
  expect(readdirSync(dir)).toEqual([]);
});

test('a config for people has no grant', async () => {
  const text = emitCapnp(redactSecrets(await config('/run/selvedge', '/objects')));
  expect(text).not.toContain('the-grant');
  expect(text).toContain('(secret)');
});
