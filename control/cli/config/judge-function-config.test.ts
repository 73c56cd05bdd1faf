import { expect, test } from 'vitest';
import { functionConfigSchema } from '../../model/function-config.ts';
import { check } from '../../model/validation-message.ts';
import { judgeFunctionConfig } from './judge-function-config.ts';

const judge = (config: unknown) =>
  judgeFunctionConfig('function.config.ts', check(functionConfigSchema, config, 'configuration'));

const schedule = { type: 'schedule', cron: '0 0 * * *', timezone: 'UTC' };
const database = { type: 'database', collection: 'users', events: ['create', 'update'] };

test('takes every field of the seed document, and tells of each that is not served', () => {
  const judged = judge({
    runtime: 'nodejs20',
    handler: 'index.handler',
    memory: 512,
    timeout: 30,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how a configuration names a secret.
    environment: { NODE_ENV: 'production', API_KEY: '${secrets.API_KEY}' },
    triggers: [{ type: 'http', path: '/api/users', methods: ['GET', 'POST'] }, schedule, database],
    scaling: { minInstances: 0, maxInstances: 100, targetConcurrency: 10 },
    vpc: { enabled: false, subnetIds: [] },
  });
  expect(judged.settings).toMatchObject({
    runtime: 'nodejs20',
    handler: 'index.handler',
    memory: 512,
    timeout: 30,
    environment: { NODE_ENV: 'production' },
    routes: [{ pattern: '/api/users', methods: ['GET', 'POST'] }],
    scaling: { minInstances: 0, maxInstances: 100, targetConcurrency: 10 },
    crons: ['0 0 * * *'],
  });
  expect(judged.settings).not.toHaveProperty('triggers');
  expect(judged.settings).not.toHaveProperty('vpc');
  // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how a configuration names a secret.
  expect(judged.secretVariables).toEqual({ API_KEY: '${secrets.API_KEY}' });
  expect(judged.warnings).toEqual([
    'triggers[2]: database "users" (create, update) will not run, as this version of Selvedge has no database triggers. It is deployed without that trigger.',
  ]);
  expect(judged.refusals).toEqual([]);
});

test('refuses a function that nothing would call', () => {
  const judged = judge({ triggers: [database] });
  expect(judged.warnings).toEqual([]);
  expect(judged.refusals).toEqual([expect.stringContaining('nothing would call it')]);
});

test('a route is a way to call it as well as an http trigger', () => {
  expect(judge({ triggers: [database], routes: [{ pattern: '/x' }] }).refusals).toEqual([]);
  expect(judge({ triggers: [database, schedule] }).refusals).toEqual([]);
});

test('schedules are told once each, beside those of `crons`', () => {
  const judged = judge({ crons: ['0 0 * * *', '5 0 * * *'], triggers: [schedule] });
  expect(judged.settings).toMatchObject({ crons: ['0 0 * * *', '5 0 * * *'] });
  expect(judged.warnings).toEqual([]);
});

test('a schedule in another timezone is refused, and one with numbered days is told how they count', () => {
  const berlin = { ...schedule, timezone: 'Europe/Berlin' };
  expect(judge({ triggers: [berlin] }).refusals).toEqual([expect.stringContaining('schedules are in UTC')]);
  const monday = { ...schedule, cron: '0 9 * * 2' };
  expect(judge({ triggers: [monday] }).warnings).toEqual([expect.stringContaining('1 is Sunday')]);
  expect(judge({ triggers: [{ ...schedule, cron: '0 9 * * MON#2' }] }).warnings).toEqual([]);
});

test('refuses a private network, which it could not join', () => {
  expect(judge({ vpc: { enabled: true } }).refusals).toEqual([
    expect.stringMatching(/^vpc\.enabled is true/),
  ]);
});

test('leaves out what is not named, so that it stays as it is on the server', () => {
  expect(judge({ timeout: 5 }).settings).toEqual({ timeout: 5 });
});

test.each([
  [{ memry: 512 }, /"memry" is not a field of the configuration; allowed are name, /],
  [{ memory: 63 }, /memory is 63: must be at least 64/],
  [{ runtime: 'python3.12' }, /runtime is "python3\.12", which this version of Selvedge cannot run yet/],
  [{ triggers: [{ type: 'http', path: 'api' }] }, /triggers\.0\.path is "api": must be a path such as/],
  [{ triggers: [{ type: 'http', path: '/a', methods: ['get'] }] }, /upper-case HTTP method/],
  [{ triggers: [{ type: 'cron', cron: 'x' }] }, /triggers\.0/],
  [{ environment: { '1A': 'x' } }, /environment has the name "1A"/],
  ['text', /The configuration is "text": must be an object/],
])('refuses %j', (config, message) => {
  expect(() => judge(config)).toThrow(message);
});
