// Goal: a chain does what its parts say, whatever convention calls it, and its last function is told by types what it has.

import { sign } from 'hono/jwt';
import { expect, test, vi } from 'vitest';
import { abTest, auth, cors, fromHono, geo, middleware, rateLimit } from './functions.ts';
import { countedClientsMax } from './rate-limit.ts';

const request = (headers: Record<string, string> = {}, init: RequestInit = {}): Request =>
  new Request('http://f.test/path', { ...init, headers });
const fine = async (): Promise<Response> => Response.json({ success: true });
const withCf = (cf: object): Request => Object.assign(request(), { cf });

test("the seed's chain lets in whom its parts let in, and marks the answer", async () => {
  const handler = middleware([
    cors({ origin: '*' }),
    auth({ required: true }),
    rateLimit({ maxRequests: 2, window: '1m' }),
    fine,
  ]);
  const refused = await handler(request());
  expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, '*']);
  const ada = { 'x-selvedge-user': 'ada' };
  const answers = [await handler(request(ada)), await handler(request(ada)), await handler(request(ada))];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
  expect(await answers[0]?.json()).toEqual({ success: true });
  expect(answers[0]?.headers.get('ratelimit')).toBe('"function";r=1;t=60');
  expect(answers[2]?.headers.get('retry-after')).toBe('60');
  const preflight = await handler(
    request({ origin: 'https://a.test', 'access-control-request-method': 'POST' }, { method: 'OPTIONS' }),
  );
  expect(preflight.status).toBe(204);
});

test('the context has what the convention gives and what each part adds, and types say so', async () => {
  const handler = middleware([
    auth(),
    geo(),
    abTest({ name: 'button', variants: { red: 1, blue: 1 } }),
    rateLimit({ maxRequests: 5, window: 60 }),
    (_, context) => {
      const subject: string = context.user.subject;
      const country: string | undefined = context.geo.country;
      const variant: string = context.variant;
      const left: number = context.rateLimit.remaining;
      // @ts-expect-error nothing has added it
      const nothing: unknown = context.nothing;
      return Response.json({
        subject,
        country,
        variant,
        left,
        nothing,
        id: context.requestId,
        env: context.env,
      });
    },
  ]);
  const asked = Object.assign(
    request({ 'x-selvedge-user': 'ada', 'x-selvedge-variant': 'other=x, button=blue', 'x-request-id': 'r1' }),
    { cf: { country: 'DE', colo: 'local' } },
  );
  const known = { subject: 'ada', variant: 'blue', left: 4, id: 'r1', env: { A: 1 } };
  // As `module` calls it, and as `fetch` does.
  const waitUntil = vi.fn();
  expect(await (await handler(asked.clone(), { A: 1 }, { waitUntil })).json()).toMatchObject({
    ...known,
  });
  expect(await (await handler(asked, { env: { A: 1 }, requestId: 'r1', waitUntil })).json()).toEqual({
    ...known,
    country: 'DE',
    left: 3,
  });
});

test('a chain that can never answer is refused with its place', async () => {
  expect(() => middleware([] as never)).toThrow('needs a function of your own');
  expect(() => middleware([cors, undefined, fine] as never)).toThrow('number 2 of 3 is undefined');
  await expect(middleware([cors() as never])(request())).rejects.toThrow(
    'put a function that answers behind it',
  );
});

test('what throws behind a middleware of Hono is thrown on', async () => {
  const broken = middleware([
    cors(),
    () => {
      throw new RangeError('mine');
    },
  ]);
  await expect(broken(request())).rejects.toThrow('mine');
});

test('any middleware of Hono can be taken, with its variables and its refusals', async () => {
  const handler = middleware([
    fromHono(async (c, next) => {
      if (c.req.header('x-ask') === undefined) return c.text('ask', 400);
      await next();
      c.header('x-env', (c.env as { NAME: string }).NAME);
    }),
    fine,
  ]);
  expect((await handler(request())).status).toBe(400);
  const answer = await handler(request({ 'x-ask': '1' }), {
    env: { NAME: 'ada' },
    waitUntil: () => undefined,
  });
  expect([answer.status, answer.headers.get('x-env')]).toEqual([200, 'ada']);
});

const who = (options: Parameters<typeof auth>[0]) =>
  middleware([auth({ ...options, required: false }), (_, context) => Response.json(context.user)]);
const basicOf = (text: string): Record<string, string> => ({ authorization: `Basic ${btoa(text)}` });

test('auth: the rule of the platform, a token, a password, a check', async () => {
  const claims = { sub: 'ada', roles: ['admin'] };
  const named = {
    'x-selvedge-user': '=w4Rkw6Q',
    'x-selvedge-roles': 'a%2Cc,b',
    'x-selvedge-claims': '{"x":1}',
  };
  expect(await (await who({})(request(named))).json()).toEqual({
    subject: 'Ädä',
    roles: ['a,c', 'b'],
    claims: { x: 1 },
  });
  const jwt = { secret: 'a secret of the test', alg: 'HS256' } as const;
  const bearer = async (payload: object, secret: string = jwt.secret, alg: 'HS256' | 'HS512' = 'HS256') => ({
    authorization: `Bearer ${await sign({ ...payload }, secret, alg)}`,
  });
  const byToken = who({ jwt: { ...jwt, issuer: 'us' } });
  const read = async (headers: Record<string, string>) => (await byToken(request(headers))).json();
  expect(await read(await bearer({ ...claims, iss: 'us' }))).toMatchObject({
    subject: 'ada',
    roles: ['admin'],
  });
  const none = btoa('{"alg":"none","typ":"JWT"}').replaceAll('=', '');
  for (const headers of [
    await bearer({ ...claims, iss: 'them' }),
    await bearer({ ...claims, iss: 'us' }, 'another'),
    await bearer({ ...claims, iss: 'us' }, jwt.secret, 'HS512'),
    await bearer({ ...claims, iss: 'us', exp: 1 }),
    await bearer({ iss: 'us' }),
    { authorization: `Bearer ${none}.${btoa('{"sub":"ada","iss":"us"}').replaceAll('=', '')}.` },
    { authorization: 'Bearer x.y.z' },
    { authorization: 'Bearer' },
  ])
    expect(await read(headers)).toBeNull();
  const byPassword = who({ basic: { ada: 'pass:word' } });
  expect(await (await byPassword(request(basicOf('ada:pass:word')))).json()).toMatchObject({
    subject: 'ada',
  });
  for (const text of ['ada:wrong', 'bob:pass:word', 'toString:', 'ada:', ':'])
    expect(await (await byPassword(request(basicOf(text)))).json()).toBeNull();
  const verify = async () => ({ subject: 'own', roles: [], claims: {} });
  expect(await (await who({ verify })(request())).json()).toMatchObject({ subject: 'own' });
});

test('auth asks for one of its roles', async () => {
  const handler = middleware([auth({ roles: ['admin', 'editor'] }), fine]);
  const as = async (roles: string) =>
    (await handler(request({ 'x-selvedge-user': 'ada', 'x-selvedge-roles': roles }))).status;
  expect([await as('viewer,editor'), await as('viewer'), await as('')]).toEqual([200, 403, 403]);
});

test('geo refuses by the same places as the rule', async () => {
  const handler = middleware([geo({ allow: { countries: ['DE'] } }), fine]);
  const statuses = [{ country: 'DE' }, { country: 'FR' }, {}].map(
    async (cf) => (await handler(withCf(cf))).status,
  );
  expect(await Promise.all(statuses)).toEqual([200, 403, 403]);
});

test('abTest keeps a visitor with his variant, by shares, and each test by itself', async () => {
  const variantOf = async (visitor: string, name: string): Promise<string> => {
    const handler = middleware([
      abTest({ name, variants: { old: 75, new: 25 } }),
      (_, context) => new Response(context.variants[name]),
    ]);
    return (await handler(request({ cookie: `a=b; __selvedge_ab=${visitor}` }))).text();
  };
  const visitors = Array.from({ length: 2000 }, (_, at) => `visitor-${at}`);
  const first = await Promise.all(visitors.map((visitor) => variantOf(visitor, 'first')));
  expect(await Promise.all(visitors.map((visitor) => variantOf(visitor, 'first')))).toEqual(first);
  const share = first.filter((variant) => variant === 'new').length / visitors.length;
  expect(share).toBeGreaterThan(0.22);
  expect(share).toBeLessThan(0.28);
  const second = await Promise.all(visitors.map((visitor) => variantOf(visitor, 'second')));
  const both =
    visitors.filter((_, at) => first[at] === 'new' && second[at] === 'new').length / visitors.length;
  expect(both).toBeLessThan(0.1);

  const handler = middleware([abTest({ name: 'x', variants: { a: 1 } }), fine]);
  expect((await handler(request())).headers.get('set-cookie')).toMatch(
    /^__selvedge_ab=[\w-]{36}; Path=\/; Max-Age=/,
  );
  expect((await handler(request({ cookie: '__selvedge_ab=me' }))).headers.has('set-cookie')).toBe(false);
  expect((await handler(request({ 'x-selvedge-variant': 'x=a' }))).headers.has('set-cookie')).toBe(false);
  expect(() => abTest({ name: 'x', variants: { a: 0 } })).toThrow('more than 0');
  expect(() => abTest({ name: 'x', variants: { a: -1, b: 2 } })).toThrow('0 or more');
});

test('rateLimit counts each client by himself, and of one more than are counted the first is forgotten', async () => {
  vi.useFakeTimers();
  try {
    const handler = middleware([rateLimit({ maxRequests: 1, window: '10s' }), fine]);
    const from = async (ip: string): Promise<number> =>
      (await handler(request({ 'cf-connecting-ip': ip }))).status;
    expect([await from('a'), await from('a'), await from('b')]).toEqual([200, 429, 200]);
    vi.advanceTimersByTime(9999);
    expect(await from('a')).toBe(429);
    vi.advanceTimersByTime(1);
    expect(await from('a')).toBe(200);
    for (let n = 0; n < countedClientsMax - 1; n++) await from(`client-${n}`);
    expect(await from('a')).toBe(429);
    await from('one more');
    expect(await from('a')).toBe(200);
  } finally {
    vi.useRealTimers();
  }
  expect(() => rateLimit({ maxRequests: 0, window: '1m' })).toThrow('maxRequests is 0');
  expect(() => rateLimit({ maxRequests: 1, window: '1 minute' as never })).toThrow('window is "1 minute"');
});
