import { expect, test } from 'vitest';
import { SelvedgeError } from '../client/client.ts';
import { explainError } from './explain-error.ts';

const place = { url: 'http://127.0.0.1:9000', tokenFrom: 'SELVEDGE_TOKEN' };
const explain = (error: unknown, tokenFrom = place.tokenFrom) => explainError(error, { ...place, tokenFrom });

test('nobody at the address: what to start', () => {
  const cause = new TypeError('fetch failed', {
    cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }),
  });
  const { exit, message, details } = explain(new SelvedgeError('CLIENT_NETWORK', 'm', {}, cause));
  expect([exit, message]).toEqual([
    'unreachable',
    'No platform answers at http://127.0.0.1:9000 (ECONNREFUSED).',
  ]);
  expect(details.hint).toContain('npm start');
});

test('a token that is missing is another matter than one that is wrong', () => {
  const refusal = new SelvedgeError('FN_009', 'm', { status: 401 });
  expect(explain(refusal, 'nowhere').message).toContain('asks for a token, and there is none');
  expect(explain(refusal).message).toContain('does not accept the token from SELVEDGE_TOKEN');
  expect(explain(new SelvedgeError('FN_009', 'no deployer', { status: 403 })).message).toBe('no deployer');
});

test.each([
  ['FN_001', 'refused'],
  ['FN_005', 'deploy'],
  ['FN_006', 'refused'],
  ['SYS_001', 'refused'],
  ['CLIENT_TIMEOUT', 'unreachable'],
  ['CLIENT_ABORTED', 'interrupted'],
  ['CLIENT_INPUT', 'usage'],
] as const)('%s ends as %s', (code, exit) => {
  expect(explain(new SelvedgeError(code, 'm')).exit).toBe(exit);
});

test.each([
  ['There is no function "version" in project "default"', 'functions list'],
  ['There is no experiment "buttons" in project "default"', 'experiments list'],
  ['There is no certificate "a.example"', 'certificates list'],
  ['There is no region "eu"', 'regions'],
  ['There is no API key "k" that you may revoke', 'api-keys list'],
  ['There is no project "shop"', 'projects'],
  ['Project "shop" has no environment "qa"', 'environments list --project <name>'],
  ['This function has no alias "staging"', 'alias list <name>'],
  ['This function has no deployment "d"', 'deployments <name>'],
  ['"hello" has no secret "KEY" and had none', 'secrets list <name>'],
  ['The function has no environment variable "A"', 'functions env list <name>'],
  ['Project "shop" has no environment variable "A" of its own', 'env list'],
  ['This function has no version "5f2b1c0d"', 'functions versions <name>'],
])('%s: the hint names `selvedge %s`', (message, command) => {
  const { details } = explain(new SelvedgeError('FN_001', message));
  expect(details.hint).toBe(`See what there is with \`selvedge ${command}\`.`);
});

test('a file that cannot be read is no fault of ours; what nobody foresaw is', () => {
  const error = Object.assign(new Error("EACCES: permission denied, open 'a'"), { code: 'EACCES' });
  expect(explain(error)).toMatchObject({ exit: 'files', message: "EACCES: permission denied, open 'a'." });
  expect(explain(new TypeError('x is not a function'))).toMatchObject({ exit: 'fault' });
});
