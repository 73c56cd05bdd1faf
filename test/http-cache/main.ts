// `npm run test:http-cache`: the suite http-cache-tests against a whole platform, and its score in docs/cache.md.
//
//   npm run test:http-cache -- [--only id,id] [--write]
//
// Fails when a test that is required fails for a reason that nobody has written down.

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { TestPlatform } from '../support/test-platform.ts';
import { getSuite } from './get-suite.ts';
import { plainFetch } from './plain-fetch.ts';
import { reasons } from './reasons.ts';
import { listTests, runSuite, startOrigin } from './run-suite.ts';
import { judge, renderScore } from './score.ts';

const { values } = parseArgs({
  options: { only: { type: 'string' }, write: { type: 'boolean', default: false } },
});
const page = join(import.meta.dirname, '../../docs/cache.md');
const [BEGIN, END] = ['<!-- score: npm run test:http-cache -- --write -->', '<!-- /score -->'];

const suite = getSuite();
const origin = await startOrigin(suite);
const platform = new TestPlatform(mkdtempSync(join(tmpdir(), 'slv-')), {
  SELVEDGE_EGRESS_PRIVATE: `127.0.0.1:${origin.port}`,
});
try {
  await platform.start();
  await platform.create('suite', passingOn(origin.port), {
    egress: [`127.0.0.1:${origin.port}`],
    rules: { cache: { client_directives: true } },
  });
  const base = `http://suite.localhost:${platform.edgePort}`;
  const outcomes = await runSuite(
    suite,
    base,
    plainFetch as unknown as typeof fetch,
    values.only?.split(','),
  );
  const judged = judge(await listTests(suite), outcomes);
  const score = renderScore(judged, reasons);
  process.stdout.write(`${score}\n`);
  if (values.write) writeScore(score);
  const unexplained = judged.filter(
    ({ test, verdict }) => test.kind === 'required' && verdict === 'fail' && !(test.id in reasons),
  );
  if (unexplained.length > 0) process.exitCode = 1;
} finally {
  await platform.destroy();
  origin.server.closeAllConnections();
  origin.server.close();
}

/** A function that has nothing of its own: what is seen is the cache. */
function passingOn(port: number): string {
  return `export default (request) => {
    const { pathname, search } = new URL(request.url);
    const { method, headers, body } = request;
    return fetch('http://127.0.0.1:${port}' + pathname + search, { method, headers, body, redirect: 'manual' });
  };`;
}

function writeScore(score: string): void {
  const text = readFileSync(page, 'utf8');
  const [before, rest = ''] = text.split(BEGIN);
  const [, after = ''] = rest.split(END);
  writeFileSync(page, `${before}${BEGIN}\n\n${score}\n\n${END}${after}`);
}
