// The control API under requests that its document does not know. Each must be answered, and by the client's
// fault alone: 4xx with the API's own error body, or success.

import fc from 'fast-check';
import { type ApiCase, apiCase } from './api-cases.ts';
import { asCurl } from './as-curl.ts';
import { findLeak } from './find-leak.ts';
import type { FuzzPlatform } from './fuzz-platform.ts';
import { exchange, type RawResponse } from './raw-exchange.ts';
import { noReport, type Part, type Report } from './report.ts';

const connections = 6;

export const apiPart: Part = async (fuzz, { seed, cases, say }) => {
  const report = noReport();
  const made = fc.sample(apiCase, { seed, numRuns: cases });
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < made.length; at = next++) {
      await runCase(fuzz, made[at] as ApiCase, report);
      if ((at + 1) % 1000 === 0) say(`  ${at + 1} requests, ${report.failures.length} failures`);
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  return report;
};

async function runCase(
  fuzz: FuzzPlatform,
  { method, bytes, aborted }: ApiCase,
  report: Report,
): Promise<void> {
  const port = Number(new URL(fuzz.platform.control).port);
  report.sent += 1;
  const { responses, rest, connected } = await exchange({
    ...{ port, writes: [bytes], methods: [method], expected: aborted ? 0 : 1 },
    // What is refused at once may be refused while it is still being sent, and a deploy may take its time.
    patienceMs: 5000,
  });
  const sent = bytes.toString('latin1');
  const fail = (what: string): void => void report.failures.push({ what, reproduce: asCurl(bytes, port) });
  if (!connected) return fail('control did not take the connection');
  for (const response of responses) {
    report.statuses.set(response.status, (report.statuses.get(response.status) ?? 0) + 1);
    const fault = faultOf(response, method);
    if (fault !== undefined) fail(`${fault}; answered ${response.status} ${response.body.slice(0, 600)}`);
  }
  const answered = JSON.stringify(responses) + rest;
  const leak = findLeak(fuzz.leaks, answered, sent);
  if (leak !== undefined) fail(`"${leak}" stands in the answer: ${answered.slice(0, 600)}`);
}

function faultOf(response: RawResponse, method: string): string | undefined {
  const { status, headers, body } = response;
  if (status >= 500 && !notReadyYet(response))
    return 'a request that is merely odd is answered as a failure of the platform';
  if (status < 400 || method === 'HEAD' || refusedEarlier(response)) return undefined;
  const code = headers['x-selvedge-error'];
  if (code === undefined) return 'an error without x-selvedge-error';
  const parsed = parse(body) as
    | { error?: { code?: unknown; message?: unknown }; request_id?: unknown }
    | undefined;
  if (parsed?.error?.code !== code) return 'an error whose body is not that of the API';
  return typeof parsed.request_id === 'string' ? undefined : 'an error without request_id';
}

/**
 * What is no HTTP, or for no host that a URL can have, is refused by Node and by hono's adapter before any code
 * of ours, with a status and nothing else.
 */
const refusedEarlier = ({ status, headers, body }: RawResponse): boolean =>
  body === '' && headers['x-request-id'] === undefined && [400, 408, 413, 414, 417, 431].includes(status);

/** What `/ready` is for: between a change and the last front that has heard of it, it says so. */
const notReadyYet = ({ status, body }: RawResponse): boolean =>
  status === 503 &&
  body.includes('"SYS_003"') &&
  body.includes('The fronts do not all serve the newest state yet');

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
