// The real wrangler, unmodified, in a folder of its own and with nothing of whoever runs the test.

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { onTestFinished } from 'vitest';
import { testToken } from './test-platform.ts';

export const wranglerBinary: string = join(
  dirname(createRequire(import.meta.url).resolve('wrangler/package.json')),
  'bin/wrangler.js',
);

/** wrangler ends within a few seconds, or it hangs: `kv namespace list` would, for pages without an end. */
const patienceMs = 60_000;

export interface WranglerEnd {
  readonly code: number | null;
  /** Both streams, as a person sees them, without colours. */
  readonly output: string;
}

export interface WranglerOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Wrangler {
  readonly cwd: string;
  write(files: Readonly<Record<string, string | Uint8Array>>): void;
  run(words: readonly string[], options?: WranglerOptions): Promise<WranglerEnd>;
  /** Starts what does not end by itself; it is ended with the test. */
  start(words: readonly string[]): { readonly output: () => string };
  /** Expects success; the output is in the failure otherwise. */
  ok(words: readonly string[], options?: WranglerOptions): Promise<string>;
  /** Expects a refusal, and answers what was printed. */
  refused(words: readonly string[], options?: WranglerOptions): Promise<string>;
  environment(more?: Readonly<Record<string, string>>): Record<string, string>;
}

export function useWrangler(platform: { readonly control: string }): Wrangler {
  const cwd = mkdtempSync(join(tmpdir(), 'slv-wrangler-'));
  const home = mkdtempSync(join(tmpdir(), 'slv-home-'));
  onTestFinished(() => {
    for (const folder of [cwd, home]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const environment: Wrangler['environment'] = (more = {}) => ({
    ...{ PATH: process.env.PATH ?? '', HOME: home, XDG_CONFIG_HOME: join(home, '.config'), CI: '1' },
    CLOUDFLARE_API_BASE_URL: `${platform.control}/client/v4`,
    CLOUDFLARE_API_TOKEN: testToken,
    ...{ WRANGLER_SEND_METRICS: 'false', WRANGLER_HIDE_BANNER: 'true', NO_COLOR: '1', FORCE_COLOR: '0' },
    ...more,
  });
  const start: Wrangler['start'] = (words) => {
    const child = spawn(process.execPath, [wranglerBinary, ...words], {
      // A group of its own: `dev` has children, which end with it.
      ...{ cwd, env: environment(), stdio: ['ignore', 'pipe', 'pipe'], detached: true },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        output += String(chunk);
      });
    const ended = new Promise((resolve) => child.once('close', resolve));
    onTestFinished(async () => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
      await ended;
    });
    return { output: () => stripVTControlCharacters(output) };
  };
  const run: Wrangler['run'] = (words, options = {}) =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [wranglerBinary, ...words], {
        ...{ cwd, env: environment(options.env), stdio: ['pipe', 'pipe', 'pipe'], timeout: patienceMs },
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk) => {
          output += String(chunk);
        });
      child.stdin.on('error', () => {
        // It ended without reading.
      });
      child.stdin.end(options.stdin ?? '');
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, output: stripVTControlCharacters(output) }));
    });
  return {
    ...{ cwd, run, start, environment },
    write: (files) => {
      for (const [name, content] of Object.entries(files)) {
        mkdirSync(dirname(join(cwd, name)), { recursive: true });
        writeFileSync(join(cwd, name), content);
      }
    },
    ok: async (words, options) => {
      const { code, output } = await run(words, options);
      if (code !== 0) throw new Error(`wrangler ${words.join(' ')} ended with ${code}:\n${output}`);
      return output;
    },
    refused: async (words, options) => {
      const { code, output } = await run(words, options);
      if (code === 0)
        throw new Error(`wrangler ${words.join(' ')} was to be refused, and was not:\n${output}`);
      return output;
    },
  };
}
