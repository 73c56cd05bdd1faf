import { expect, test } from 'vitest';
import { emptyConfig, type FolderConfig } from './folder-config.ts';
import { holdToSource } from './hold-to-source.ts';

const config: FolderConfig = {
  ...emptyConfig,
  settings: { routes: [{ pattern: '/users' }], crons: ['0 0 * * *', '5 5 * * *'] },
  scheduleTriggers: [{ place: 'triggers[1]', cron: '0 0 * * *' }],
};

test('a schedule without a handler is left out and told, and crons that were asked for as such stay', () => {
  const held = holdToSource(config, { 'index.ts': 'export const handler = () => new Response();' });
  expect(held.settings.crons).toEqual(['5 5 * * *']);
  expect(held.warnings).toEqual([expect.stringContaining('triggers[1]: schedule "0 0 * * *" will not run')]);
});

test('with a handler, or nothing else that calls the function, all stay', () => {
  const source = { 'lib/a.ts': 'export default { async scheduled() {} }', 'x.wasm': { base64: 'AA==' } };
  expect(holdToSource(config, source)).toBe(config);
  const alone = { ...config, settings: { crons: ['0 0 * * *'] } };
  expect(holdToSource(alone, 'export default 1')).toBe(alone);
});
