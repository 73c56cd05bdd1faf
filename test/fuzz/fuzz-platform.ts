// A real platform for a fuzz run: a data directory and ports of its own, functions that tell what they saw, and
// the question whether all of it is as it was.

import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestPlatform, testToken } from '../support/test-platform.ts';
import { leakPatterns } from './find-leak.ts';

/** Answers with all that it saw. It is public, as are all but `closed`. */
const echo = `export default {
  async fetch(request) {
    const body = await request.text();
    return Response.json({
      saw: 'echo', method: request.method, url: request.url, headers: [...request.headers], length: body.length,
    });
  },
};`;
const plain = (name: string, request: string): string => `exports.handler = async (data, context) => ({
  saw: '${name}', url: ${request}, headers: Object.entries(context.headers ?? data?.headers ?? {}), data: typeof data,
});`;

export class FuzzPlatform {
  readonly platform: TestPlatform;
  readonly leaks: readonly string[];
  #pids: readonly number[] = [];

  constructor() {
    const dataDir = mkdtempSync(join(tmpdir(), 'slv-fuzz-'));
    // npm must reach nobody: what fuzzing names as a dependency is not to be fetched.
    const nobody = { npm_config_registry: 'http://127.0.0.1:1/', npm_config_fetch_retries: '0' };
    this.platform = new TestPlatform(dataDir, nobody);
    const repository = join(import.meta.dirname, '../..');
    this.leaks = leakPatterns({ dataDir, repository, token: testToken });
  }

  async start(): Promise<void> {
    await this.platform.start();
    const kept = { minInstances: 1, maxInstances: 2 };
    const routes = [{ pattern: 'routed.example/r/*' }, { pattern: '*.routed.example/exact' }];
    await this.platform.create('echo', echo, { scaling: kept, routes });
    await this.platform.create('honest', echo.replace("'echo'", "'honest'"), { scaling: kept });
    await this.platform.create('closed', echo.replace("'echo'", "'closed'"), {
      scaling: kept,
      public: false,
    });
    await this.platform.create('data', plain('data', 'context.path'), { scaling: kept, convention: 'data' });
    await this.platform.create('event', plain('event', 'data?.path'), { scaling: kept, convention: 'event' });
    this.#pids = this.#standing();
  }

  /** Control, fronts and outbound that are no longer the processes that they were. */
  replaced(): number[] {
    const now = new Set(this.#standing());
    return this.#pids.filter((pid) => !now.has(pid) || !alive(pid));
  }

  /** Resident memory of control and of the largest front, in MB. */
  memory(): { control: number; front: number } {
    const fronts = this.platform.processes().filter(({ kind }) => kind === 'front');
    return {
      control: residentMb(this.platform.pid),
      front: Math.max(...fronts.map(({ pid }) => residentMb(pid))),
    };
  }

  #standing(): number[] {
    const kept = this.platform.processes().filter(({ kind }) => kind === 'front' || kind === 'outbound');
    return [this.platform.pid, ...kept.map(({ pid }) => pid)];
  }
}

const residentMb = (pid: number): number =>
  Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024);

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
