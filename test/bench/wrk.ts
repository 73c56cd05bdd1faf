// One run of wrk, and what it says.

import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers other than 2xx and 3xx, and socket errors. */
  readonly errors: number;
}

export interface Load {
  readonly url: string;
  readonly host: string;
  /** Besides. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly connections: number;
  readonly seconds: number;
  /** Requests a second in all, spread evenly over the connections; absent for as many as possible. */
  readonly rate?: number;
  /** For wrk's script. */
  readonly directory: string;
}

export async function wrk({
  url,
  host,
  headers = {},
  connections,
  seconds,
  rate,
  directory,
}: Load): Promise<LoadResult> {
  const script = join(directory, 'load.lua');
  const pause =
    rate === undefined ? '' : `function delay() return ${Math.round((connections / rate) * 1000)} end\n`;
  writeFileSync(
    script,
    `${pause}function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %f %f %d\\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end\n`,
  );
  const { stdout } = await run('wrk', [
    ...['-t1', `-c${connections}`, `-d${seconds}s`, '-H', `Host: ${host}`],
    ...Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]),
    ...['-s', script, url],
  ]);
  const match = /RESULT (\d+) (\d+) ([\d.]+) ([\d.]+) (\d+)/.exec(stdout);
  if (!match) throw new Error(`wrk said something else: ${stdout}`);
  const [requests = 0, durationUs = 1, p50Us = 0, p99Us = 0, errors = 0] = match.slice(1).map(Number);
  return {
    requestsPerSecond: requests / (durationUs / 1e6),
    p50Ms: p50Us / 1000,
    p99Ms: p99Us / 1000,
    errors,
  };
}
