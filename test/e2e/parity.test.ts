// The same handlers in `functions dev` and on a platform give the same bytes: status, headers, body.
//
// Left out of the comparison are `date`, and `x-request-id` where the request brought none, as both are made anew.
// There is no other exception; whoever adds one says here why.
//
// Each request says which status it is to have, so that two servers which fail alike do not pass.

import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Exchange, type ExchangeRequest, exchange } from '../support/exchange.ts';
import { handlers, type ParityHandler } from '../support/parity-handlers.ts';
import { TestPlatform } from '../support/test-platform.ts';
import { type DevServer, startDev } from '../support/use-dev.ts';

const fixtures = join(import.meta.dirname, '../fixtures/functions');
const environment = { GREETING: 'Good day' };
const requestId = 'parity-0123';

let platform: TestPlatform;
let dev: DevServer;

beforeAll(async () => {
  platform = new TestPlatform(mkdtempSync(join(tmpdir(), 'slv-')), {});
  await platform.start();
  dev = await startDev({ 'index.js': 'export default () => new Response();' });
});

afterAll(async () => {
  await dev?.end();
  await platform?.destroy();
});

function codeOf({ fixture, files }: ParityHandler): Record<string, unknown> {
  const folder = join(fixtures, String(fixture));
  const own =
    files ??
    Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  return Object.fromEntries(
    Object.entries(own).map(([name, content]) => [
      name,
      typeof content === 'string' ? content : { base64: content.toString('base64') },
    ]),
  );
}

function comparable({ status, reason, rawHeaders, body, broken }: Exchange, freshId: boolean): unknown {
  const headers: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = String(rawHeaders[i]);
    if (/^date$/i.test(name) || (freshId && name === 'x-request-id')) continue;
    headers.push(`${name}: ${rawHeaders[i + 1]}`);
  }
  return { status, reason, headers, body: body.toString('latin1'), broken };
}

it('compares 30 handlers or more', () => {
  expect(handlers.length).toBeGreaterThanOrEqual(30);
  expect(new Set(handlers.map(({ name }) => name)).size).toBe(handlers.length);
});

describe.each(handlers)('$name', (handler) => {
  it('gives the same bytes here and there', async () => {
    const settings = { environment, ...handler.settings };
    const code = codeOf(handler);
    await platform.create(handler.name, code, settings);
    const built = await dev.become(code, { name: handler.name, ...settings });
    expect(built).toMatchObject({ kind: 'built' });
    for (const [
      status,
      { freshId = false, host = `${handler.name}.localhost`, ...given },
    ] of handler.requests) {
      const ask: ExchangeRequest = {
        ...given,
        headers: { ...given.headers, ...(!freshId && { 'x-request-id': requestId }) },
      };
      const [there, here] = await Promise.all([
        exchange(platform.edgePort, host, ask),
        exchange(dev.port, host, ask),
      ]);
      const what = `${ask.method ?? 'GET'} ${ask.path ?? '/'}`;
      expect({ what, ...(comparable(here, freshId) as object) }).toEqual({
        what,
        ...(comparable(there, freshId) as object),
      });
      expect({ what, status: there.status }).toEqual({ what, status });
    }
  });
});
