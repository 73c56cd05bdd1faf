import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { useTmpDir } from './use-tmp-dir.ts';

export const launcher = join(import.meta.dirname, '../../scripts/selvedge.sh');

/** Beyond what the command line itself waits after Ctrl-C. */
const patienceMs = 10_000;

export interface CliEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliRun {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly end: Promise<CliEnd>;
}

export interface Cli {
  /** Where it is started. */
  readonly cwd: string;
  /** Runs it to its end. */
  run(words: readonly string[], options?: CliOptions): Promise<CliEnd>;
  /** Starts it; it is ended with the test. */
  start(words: readonly string[], options?: CliOptions): CliRun;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The real command line by its launcher, in a folder of its own and without anything of whoever runs the test. */
export function useCli(settings: Readonly<Record<string, string>> = {}): Cli {
  const cwd = useTmpDir();
  const config = useTmpDir();
  const start = (words: readonly string[], options: CliOptions = {}): CliRun => {
    const child = spawn(launcher, words, {
      cwd: options.cwd ?? cwd,
      env: {
        ...{ PATH: process.env.PATH, HOME: config, XDG_CONFIG_HOME: config },
        ...settings,
        ...options.env,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += String(chunk);
    });
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk);
    });
    child.stdin.on('error', () => {
      // It ended without reading.
    });
    child.stdin.end(options.stdin ?? '');
    const end = new Promise<CliEnd>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, stdout, stderr }));
    });
    // Asked to end first, as it ends what it started itself: `functions dev` has processes of its own.
    onTestFinished(async () => {
      const late = setTimeout(() => child.kill('SIGKILL'), patienceMs);
      child.kill('SIGTERM');
      await end;
      clearTimeout(late);
    });
    return { child, stdout: () => stdout, end };
  };
  return { cwd, start, run: (words, options) => start(words, options).end };
}
