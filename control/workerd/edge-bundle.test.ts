import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundleEdge } from './edge-bundle.ts';
import { frontConfig } from './front-config.ts';

test('the router is one module, the same each time, without zod', async () => {
  const [first, second] = await Promise.all([bundleEdge('router'), bundleEdge('router')]);
  expect(second).toBe(first);
  expect(first).toMatch(/export \{[^}]*default/);
  expect(first).not.toMatch(/\bzod\b|ZodError|safeParse/i);
  expect(first).not.toContain(import.meta.dirname);
  const imported = [...first.matchAll(/^import .*?["']([^"']+)["'];?$/gm)].map(([, from]) => from);
  for (const from of imported) expect(from).toMatch(/^cloudflare:/);
});

test('wrangler.toml runs the router with the date and flags of a front', () => {
  const toml = readFileSync(join(import.meta.dirname, '../../wrangler.toml'), 'utf8');
  const { services } = frontConfig({
    router: '',
    runDir: '/r',
    snapshotDir: '/s',
    slots: 0,
    bindingKey: '',
    ruleKeys: '{"secrets":"","urls":"","previews":""}',
    v8Flags: [],
  });
  const router = services.find((service) => service.kind === 'worker');
  const flags = router?.compatibilityFlags.map((flag) => `"${flag}"`).join(', ');
  expect(toml).toContain(`compatibility_date = "${router?.compatibilityDate}"`);
  expect(toml).toContain(`compatibility_flags = [${flags}]`);
  expect(toml).toContain('main = "edge/cloudflare.worker.ts"');
});
