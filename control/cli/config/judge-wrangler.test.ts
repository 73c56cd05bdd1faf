import { expect, test } from 'vitest';
import { check } from '../../model/validation-message.ts';
import { wranglerConfigSchema } from '../../model/wrangler-config.ts';
import { judgeWrangler } from './judge-wrangler.ts';
import { parseWrangler } from './parse-wrangler.ts';

const judge = (text: string, file = 'wrangler.toml') =>
  judgeWrangler(file, check(wranglerConfigSchema, parseWrangler(file, text), 'configuration'));

test('takes name, main, date, flags, vars and routes', () => {
  const judged = judge(`
name = "shop"
main = "./src/index.ts"
compatibility_date = "2026-01-01"
compatibility_flags = ["nodejs_compat"]
routes = ["https://shop.example.com/*", { pattern = "www.example.com", custom_domain = true }]
[vars]
GREETING = "hello"
`);
  expect(judged).toMatchObject({ name: 'shop', main: 'src/index.ts', warnings: [], refusals: [] });
  expect(judged.settings).toEqual({
    public: true,
    handler: 'src/index.default',
    compatibility_date: '2026-01-01',
    compatibility_flags: ['nodejs_compat'],
    environment: { GREETING: 'hello' },
    routes: [{ pattern: 'shop.example.com/*' }, { pattern: 'www.example.com/*' }],
  });
});

test('reads JSON with comments and trailing commas', () => {
  expect(
    judge('{\n  // its name\n  "name": "shop", /* and */ "main": "a.js",\n}', 'wrangler.jsonc'),
  ).toMatchObject({
    name: 'shop',
    main: 'a.js',
  });
});

test('tells each key that it leaves out, and refuses those that the code relies on', () => {
  const judged = judge(`
account_id = "x"
kv_namespaces = [{ binding = "KV", id = "1" }]
[triggers]
crons = ["0 * * * *"]
[env.staging]
name = "y"
`);
  expect(judged.warnings).toEqual([
    '"account_id" is left out: Selvedge has no such setting.',
    '"env" is left out: without an environment in it of the name that --env gives, the settings at the top of the file are used.',
  ]);
  expect(judged.refusals).toEqual([expect.stringMatching(/^"kv_namespaces" asks for a binding/)]);
  expect(judged.settings).toMatchObject({ crons: ['0 * * * *'] });
});

test('variables are text: numbers are told, objects refused', () => {
  const judged = judge('[vars]\nA = 1\nB = { c = 2 }\n');
  expect(judged.warnings).toEqual([expect.stringContaining('vars.A is 1')]);
  expect(judged.refusals).toEqual([expect.stringContaining('vars.B is an object')]);
});

test('refuses a route that cannot be served', () => {
  expect(judge('route = "*example.com/*"').refusals).toEqual([
    expect.stringContaining('The route "*example.com/*"'),
  ]);
});

test.each([
  ['wrangler.toml', 'name = shop\n', /^wrangler\.toml:1:\d+: /],
  ['wrangler.toml', 'a = 1\na = 2\n', /^wrangler\.toml:2:\d+: /],
  ['wrangler.json', '{"name": "shop"', /^wrangler\.json:1:16: close brace expected$/],
  ['wrangler.jsonc', '{\n"name" "x"}', /^wrangler\.jsonc:2:8: colon expected$/],
])('tells the place of a fault in %s', (file, text, message) => {
  expect(() => judge(text, file)).toThrow(message);
});
