// The vectors are those that the providers document, and signatures made here by Node.

import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import type { WebhookEntry } from '../../contract/rules/webhook.ts';
import { readSignatures, webhookSignaturesMax } from './read-signatures.ts';
import { webhookFault } from './verify-webhook.ts';

const rule = (provider: WebhookEntry['provider'], changes: Partial<WebhookEntry> = {}): WebhookEntry => ({
  ...{ provider, secrets: [], scheme: null },
  toleranceSeconds: provider === 'github' ? null : 300,
  ...changes,
});
const hmac = (secret: string | Buffer, text: string, algorithm = 'sha256') =>
  createHmac(algorithm, secret).update(text);

interface Sent {
  readonly rule: WebhookEntry;
  readonly secrets: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Seconds. */
  readonly now: number;
}

async function faultOf({ rule, secrets, headers, body, now }: Sent): Promise<string | undefined> {
  const found = readSignatures(rule, new Headers(headers));
  if (typeof found === 'string') return found;
  return webhookFault(rule, secrets, found, new TextEncoder().encode(body), now * 1000);
}

const github: Sent = {
  rule: rule('github'),
  secrets: ["It's a Secret to Everybody"],
  headers: {
    'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
  },
  body: 'Hello, World!',
  now: 0,
};
const slack: Sent = {
  rule: rule('slack'),
  secrets: ['8f742231b10e8888abcd99yyyzzz85a5'],
  headers: {
    'x-slack-request-timestamp': '1531420618',
    'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  },
  body: 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
  now: 1_531_420_618,
};
const standard: Sent = {
  rule: rule('standard-webhooks'),
  secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  headers: {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  },
  body: '{"test": 2432232314}',
  now: 1_614_265_330,
};
const stripe: Sent = {
  rule: rule('stripe'),
  secrets: ['whsec_test'],
  headers: {
    'stripe-signature': `t=1700000000,v1=${hmac('whsec_test', '1700000000.{"id":"evt_1"}').digest('hex')},v0=${'00'.repeat(32)}`,
  },
  body: '{"id":"evt_1"}',
  now: 1_700_000_000,
};
const generic: Sent = {
  rule: rule('hmac', {
    scheme: {
      ...{ header: 'x-signature', algorithm: 'SHA-512', encoding: 'base64', prefix: 'v=' },
      timestampHeader: 'x-time',
    },
  }),
  secrets: ['key'],
  headers: {
    'x-signature': `v=${hmac('key', '1700000000.body', 'sha512').digest('base64')}`,
    'x-time': '1700000000',
  },
  body: 'body',
  now: 1_700_000_000,
};
const all: readonly (readonly [string, Sent])[] = Object.entries({
  github,
  slack,
  standard,
  stripe,
  generic,
});

test.each(all)(
  'a webhook of %s is believed, and with any other body, key or signature it is not',
  async (_, sent) => {
    expect(await faultOf(sent)).toBeUndefined();
    expect(await faultOf({ ...sent, body: `${sent.body} ` })).toBe('its signature is not right');
    expect(await faultOf({ ...sent, secrets: ['another'] })).toBe('its signature is not right');
    expect(await faultOf({ ...sent, secrets: [] })).toBe('its signature is not right');
    expect(await faultOf({ ...sent, secrets: [''] })).toBe('its signature is not right');
    expect(await faultOf({ ...sent, headers: {} })).toMatch(/^it (has no header|lacks one)/);
  },
);

test.each(all)(
  'a webhook of %s with a changed character of its signature is not believed',
  async (_, sent) => {
    const [name, value] = Object.entries(sent.headers).find(([key]) => key.includes('signature')) ?? ['', ''];
    const at = value.search(/[0-9a-f]{8}|v1,.{3}|v=.{3}/) + 3;
    const changed = `${value.slice(0, at)}${value[at] === 'a' ? 'b' : 'a'}${value.slice(at + 1)}`;
    expect(await faultOf({ ...sent, headers: { ...sent.headers, [name]: changed } })).toBeDefined();
  },
);

test.each(all.filter(([name]) => name !== 'github'))(
  'a webhook of %s is believed within its time, and one second past it on either side is not',
  async (_, sent) => {
    for (const off of [-300, 300])
      expect(await faultOf({ ...sent, now: sent.now + off }), `${off}`).toBeUndefined();
    for (const off of [-301, 301])
      expect(await faultOf({ ...sent, now: sent.now + off })).toBe(
        'its time is 301 s off, and 300 s are let pass',
      );
  },
);

test('a time that was changed to be new makes the signature wrong', async () => {
  const renewed: readonly Sent[] = [
    {
      ...slack,
      headers: { ...slack.headers, 'x-slack-request-timestamp': '1900000000' },
      now: 1_900_000_000,
    },
    { ...standard, headers: { ...standard.headers, 'webhook-timestamp': '1900000000' }, now: 1_900_000_000 },
    {
      ...stripe,
      headers: {
        'stripe-signature': String(stripe.headers['stripe-signature']).replace('1700000000', '1900000000'),
      },
      now: 1_900_000_000,
    },
    { ...generic, headers: { ...generic.headers, 'x-time': '1900000000' }, now: 1_900_000_000 },
  ];
  for (const sent of renewed) expect(await faultOf(sent)).toBe('its signature is not right');
});

test('while a secret is changed, the sender may sign with either and we may have either', async () => {
  expect(await faultOf({ ...stripe, secrets: ['new', 'whsec_test'] })).toBeUndefined();
  const both = `${hmac('old', '1700000000.{"id":"evt_1"}').digest('hex')},v1=${hmac('whsec_test', '1700000000.{"id":"evt_1"}').digest('hex')}`;
  expect(
    await faultOf({ ...stripe, headers: { 'stripe-signature': `t=1700000000,v1=${both}` } }),
  ).toBeUndefined();
  const second = `v1,AAAA v1a,BBBB ${standard.headers['webhook-signature']}`;
  expect(
    await faultOf({ ...standard, headers: { ...standard.headers, 'webhook-signature': second } }),
  ).toBeUndefined();
});

test('a signature one past those that are tried is not looked at', async () => {
  const wrong = (count: number): string => 'v1,AAAA '.repeat(count);
  const with_ = (count: number): Sent => ({
    ...standard,
    headers: {
      ...standard.headers,
      'webhook-signature': `${wrong(count)}${standard.headers['webhook-signature']}`,
    },
  });
  expect(await faultOf(with_(webhookSignaturesMax - 1))).toBeUndefined();
  expect(await faultOf(with_(webhookSignaturesMax))).toBe('its signature is not right');
});

test.each([
  ['stripe', { 'stripe-signature': 't=1,t=2,v1=00' }, /no time, or several/],
  ['stripe', { 'stripe-signature': 'v1=00' }, /no time, or several/],
  ['stripe', { 'stripe-signature': 't=1e9,v1=00' }, /no number of seconds/],
  ['stripe', { 'stripe-signature': 't=1,v0=00' }, /not right/],
  ['github', { 'x-hub-signature-256': 'sha1=00' }, /does not begin with sha256=/],
  ['github', { 'x-hub-signature-256': 'sha256=zz' }, /cannot be read/],
  ['slack', { 'x-slack-signature': 'v0=00' }, /no header x-slack-request-timestamp/],
  ['slack', { 'x-slack-signature': 'v0=00', 'x-slack-request-timestamp': '-5' }, /no number of seconds/],
  ['standard-webhooks', { 'webhook-id': 'a', 'webhook-timestamp': '1' }, /lacks one of the headers/],
] as const)('headers of %s that make no sense are refused: %o', async (provider, headers, words) => {
  expect(await faultOf({ rule: rule(provider), secrets: ['x'], headers, body: '', now: 1 })).toMatch(words);
});

test.each([
  ['stripe', { 'stripe-signature': 't=1,v0=00' }],
  ['standard-webhooks', { 'webhook-id': 'a', 'webhook-timestamp': '1', 'webhook-signature': 'v1a,AAAA' }],
] as const)(
  'headers of %s without a signature that could be right are refused without the body',
  (provider, headers) => {
    expect(readSignatures(rule(provider), new Headers(headers))).toBe('its signature is not right');
  },
);
