// The edge under bytes that no well-behaved client sends. While they come, honest requests must be answered as
// ever; and no function may see a header that only the platform may set, nor a request of another client.

import fc from 'fast-check';
import { asCurl } from './as-curl.ts';
import { type EdgeCase, edgeCase, markHeader } from './edge-cases.ts';
import { findLeak } from './find-leak.ts';
import type { FuzzPlatform } from './fuzz-platform.ts';
import { exchange, type RawResponse } from './raw-exchange.ts';
import { noReport, type Part, type Report } from './report.ts';

/** Connections at a time: enough that cases of different connections meet in one front and one instance. */
const connections = 12;
const FORGEABLE = /^(x-selvedge-|cf-blob$)/i;

interface Seen {
  readonly saw: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
}

export const edgePart: Part = async (fuzz, { seed, cases, say }) => {
  const report = noReport();
  const made = fc.sample(edgeCase, { seed, numRuns: cases });
  let next = 0;
  let running = true;
  const honest = beHonest(fuzz, () => running, report);
  const worker = async (): Promise<void> => {
    for (let at = next++; at < made.length; at = next++) {
      const mark = `m${at}z`;
      await runCase(fuzz, made[at]?.(mark) as EdgeCase, report);
      if ((at + 1) % 1000 === 0) say(`  ${at + 1} cases, ${report.failures.length} failures`);
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  running = false;
  say(`  ${await honest} honest requests meanwhile`);
  return report;
};

async function runCase(fuzz: FuzzPlatform, one: EdgeCase, report: Report): Promise<void> {
  const port = fuzz.platform.edgePort;
  const { responses, rest, connected } = await exchange({
    port,
    writes: one.writes,
    expected: 4,
    methods: one.methods,
  });
  report.sent += one.methods.length;
  const sent = Buffer.concat(one.writes).toString('latin1');
  const fail = (what: string): void => {
    report.failures.push({ what, reproduce: asCurl(Buffer.concat(one.writes), port) });
  };
  if (!connected) fail('the front did not take the connection');
  for (const response of responses) {
    report.statuses.set(response.status, (report.statuses.get(response.status) ?? 0) + 1);
    const fault = faultOf(response, one) ?? leakOf(fuzz, response, sent);
    if (fault !== undefined) fail(`${fault}; answered ${response.status} ${response.body.slice(0, 600)}`);
  }
  const leak = findLeak(fuzz.leaks, rest, sent);
  if (leak !== undefined) fail(`"${leak}" stands in what was answered`);
}

function leakOf(fuzz: FuzzPlatform, { headers, body }: RawResponse, sent: string): string | undefined {
  // A function repeats what it was sent, parsed and so perhaps in other words; nothing in it is the platform's.
  if (seen(body)) return undefined;
  const leak = findLeak(fuzz.leaks, JSON.stringify(headers) + body, sent);
  return leak === undefined ? undefined : `"${leak}" stands in the answer`;
}

function faultOf({ status, headers, body }: RawResponse, { mark, methods }: EdgeCase): string | undefined {
  if (status >= 500 && !refusedByWorkerd(status, body, methods))
    return `${status} ${headers['x-selvedge-error'] ?? ''} for a request that is merely odd`;
  const what = seen(body);
  if (!what) return undefined;
  const marked =
    what.url.includes(mark) || what.headers.some(([name, value]) => name === markHeader && value === mark);
  if (!marked) return `an answer to another request than its own (${what.url})`;
  const forged = what.headers.find(([name]) => FORGEABLE.test(name));
  return forged && `the function saw ${forged.join(': ')}`;
}

/**
 * Two refusals that workerd makes by itself, before any code of ours: 501, which HTTP has for a method that the
 * server does not know, and a 500 for CONNECT. A handler of ours for CONNECT could only say 200.
 */
const refusedByWorkerd = (status: number, body: string, methods: readonly string[]): boolean =>
  (status === 501 && /^(ERROR: Unrecognized request method\.)?$/.test(body)) ||
  (status === 500 && body === 'Internal Server Error' && methods.includes('CONNECT'));

function seen(body: string): Seen | undefined {
  if (!body.startsWith('{"saw":')) return undefined;
  return JSON.parse(body) as Seen;
}

/** Resolves with the number of requests. Each must be answered by its own function, and at once. */
async function beHonest(fuzz: FuzzPlatform, running: () => boolean, report: Report): Promise<number> {
  let sent = 0;
  while (running()) {
    const path = `/honest-${sent++}?q=${sent}`;
    const { status, text } = await fuzz.platform.call('honest', path).catch((error: unknown) => ({
      ...{ status: 0, text: String(error) },
    }));
    const what = seen(text);
    if (status === 200 && what?.saw === 'honest' && what.url === `http://honest.localhost${path}`) continue;
    report.failures.push({
      what: `an honest request for ${path} got ${status} ${text.slice(0, 300)}`,
      reproduce: '',
    });
  }
  return sent;
}
