// Runs a page of the documentation as its reader would: writes its files, runs its commands one after the other, and
// holds what they print against what the page says. What a block looks like for that is in page-steps.ts.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { type PageCommand, pageSteps, printsAs } from './page-steps.ts';
import { type TestPlatform, testToken } from './test-platform.ts';
import { launcher } from './use-cli.ts';
import { useTmpDir } from './use-tmp-dir.ts';
import { waitFor } from './wait-for.ts';

const docs = join(import.meta.dirname, '../../docs');
/** A log, which is written as the function runs, and what `functions dev` serves, which a save changes. */
const COMES_LATER = /functions logs|127\.0\.0\.1:8787/;
const LATER_MS = 30_000;

export interface PageRun {
  /** How many commands were held against what the page says that they print. */
  readonly compared: number;
}

/** Rejects, naming the command, if one does not do what the page says. `skip` leaves out commands, such as of npm. */
export async function runPage(page: string, platform: TestPlatform, skip?: RegExp): Promise<PageRun> {
  const reader = new PageReader(platform);
  let compared = 0;
  for (const step of pageSteps(readFileSync(join(docs, page), 'utf8'))) {
    if (step.kind === 'file') reader.write(step.path, step.text);
    else if (!skip?.test(step.line)) {
      await reader.carryOut(step);
      if (step.prints !== undefined) compared++;
    }
  }
  return { compared };
}

class PageReader {
  readonly #cwd = useTmpDir();
  readonly #env: NodeJS.ProcessEnv;
  /** What the page writes, and what it is here. */
  readonly #addresses: [written: string, here: string][];

  constructor(platform: TestPlatform) {
    const home = useTmpDir();
    // curl tells its progress where stdout is no terminal.
    writeFileSync(join(home, '.curlrc'), 'silent\nshow-error\n');
    this.#addresses = [
      ['http://127.0.0.1:9000', platform.control],
      ['localhost:8080', `localhost:${platform.edgePort}`],
      ['127.0.0.1:8080', `127.0.0.1:${platform.edgePort}`],
    ];
    const settings = { SELVEDGE_URL: platform.control, SELVEDGE_TOKEN: testToken };
    this.#env = { PATH: process.env.PATH, HOME: home, XDG_CONFIG_HOME: home, ...settings };
  }

  write(path: string, text: string): void {
    const file = join(this.#cwd, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  async carryOut(command: PageCommand): Promise<void> {
    if (/functions dev\b/.test(command.line)) return this.#serve(command);
    if (command.prints === undefined || !COMES_LATER.test(command.line)) {
      this.#judge(command, await this.#run(command.line));
      return;
    }
    const expected = printsAs(command.prints);
    let last = '';
    await waitFor(
      command.line,
      async () => {
        last = (await this.#run(command.line)).output;
        return expected.test(`\n${last}`);
      },
      LATER_MS,
    ).catch(() => expect(`\n${last}`, command.line).toMatch(expected));
  }

  #judge({ line, prints, exitCode }: PageCommand, ran: { code: number | null; output: string }): void {
    expect(`${line}\nexit code ${ran.code}\n${ran.output}`).toContain(`\nexit code ${exitCode}\n`);
    if (prints !== undefined) expect(`\n${ran.output}`, line).toMatch(printsAs(prints));
  }

  /** `functions dev` goes on until the test ends; where it serves takes the place of its usual address. */
  async #serve({ line, prints }: PageCommand): Promise<void> {
    const { child, output } = this.#start(`exec ${line.replace(/functions dev\b/, '$& --port 0')}`);
    onTestFinished(
      () =>
        new Promise<void>((resolve) => {
          child.once('close', () => resolve());
          child.kill('SIGINT');
        }),
    );
    const port = await waitFor(line, () => /127\.0\.0\.1:(\d+)/.exec(output())?.[1], LATER_MS);
    this.#addresses.push(['127.0.0.1:8787', `127.0.0.1:${port}`]);
    if (prints !== undefined)
      await waitFor(line, () => printsAs(prints).test(`\n${this.#asWritten(output())}`), LATER_MS);
  }

  async #run(line: string): Promise<{ code: number | null; output: string }> {
    const { child, output } = this.#start(line);
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return { code, output: this.#asWritten(output()) };
  }

  #start(line: string): { child: ChildProcess; output: () => string } {
    let script = line.replaceAll('npx selvedge', launcher);
    for (const [written, here] of this.#addresses) script = script.replaceAll(written, here);
    const child = spawn('bash', ['-euo', 'pipefail', '-c', script], {
      // As npx says of itself.
      ...{ cwd: this.#cwd, env: { ...this.#env, npm_command: 'exec' }, stdio: ['ignore', 'pipe', 'pipe'] },
    });
    const texts = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream]?.on('data', (chunk) => {
        texts[stream] += String(chunk);
      });
    // Pages show results, and of a command that fails why; not what it tells of its progress.
    return { child, output: () => (child.exitCode ? texts.stderr : texts.stdout) };
  }

  #asWritten(output: string): string {
    return this.#addresses
      .reduce((text, [written, here]) => text.replaceAll(here, written), output)
      .trimEnd();
  }
}
