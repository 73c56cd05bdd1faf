// Reads what a function.config.ts exports. It is a program of the user's: esbuild says where it is wrong, and
// it runs in a process of its own, so that what it prints, throws or never ends stays apart from ours.

import { spawn } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
import { type BuildFailure, build, type Message } from 'esbuild';
import { z } from 'zod';
import type { ErrorIssue } from '../../model/errors.ts';
import { CliError, interruptedBefore } from '../cli-error.ts';

/** A configuration that takes longer waits for something it should not wait for. */
const configTimeoutMs = 10_000;
const configBytesMax = 4 * 1024 * 1024;

/** `selvedge/config` is answered by our own file: a project need not have the package to be read. */
const defineConfigFile = join(import.meta.dirname, '../../client/define-config.ts');

/** Begins our line, which a configuration would hardly print. */
const MARK = 'selvedge-config ';
/** What it prints itself comes before; the last line is ours. */
const PRINTER = `
let told;
try {
  const { default: config } = await import('config');
  told = { config: typeof config === 'function' ? await config() : config };
} catch (error) {
  told = { message: String(error), stack: String(error?.stack ?? '') };
}
process.stdout.write('\\n${MARK}' + JSON.stringify(told));
process.exit(0);
`;

const toldSchema = z.union([
  z.strictObject({ message: z.string(), stack: z.string() }),
  z.strictObject({ config: z.unknown().optional() }),
]);

export async function runConfigFile(path: string, interrupted: AbortSignal): Promise<unknown> {
  const file = basename(path);
  const program = await bundleConfig(path, file);
  const { code, signal, printed, complaint } = await runProgram(program, dirname(path), interrupted);
  // A terminal sends Ctrl-C to both of us.
  if (interrupted.aborted || signal === 'SIGINT') throw interruptedBefore();
  if (signal !== null) throw tooLong(file);
  const last = printed.slice(printed.lastIndexOf('\n') + 1);
  // It ended before our words were reached: what it imports is not there, or it ended itself.
  if (code !== 0 || !last.startsWith(MARK)) throw notRun(file, complaint);
  const told = toldSchema.parse(JSON.parse(last.slice(MARK.length)));
  if ('message' in told) throw thrown(file, told.message, told.stack);
  if (told.config === undefined || told.config === null) throw nothingExported(file);
  return told.config;
}

interface ProgramEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly printed: string;
  readonly complaint: string;
}

function runProgram(program: string, cwd: string, interrupted: AbortSignal): Promise<ProgramEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--enable-source-maps', '--input-type=module', '-'], {
      cwd,
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: configTimeoutMs,
      signal: interrupted,
    });
    let printed = '';
    let complaint = '';
    child.stdout.on('data', (chunk) => {
      if (printed.length < configBytesMax) printed += String(chunk);
    });
    child.stderr.on('data', (chunk) => {
      if (complaint.length < configBytesMax) complaint += String(chunk);
    });
    // An abort is told by the end that it brings about.
    child.once('error', (error) => {
      if (!interrupted.aborted) reject(error);
    });
    child.once('close', (code, signal) => resolve({ code, signal, printed, complaint }));
    child.stdin.on('error', () => {
      // It ended before it had read all of its program; its exit tells why.
    });
    child.stdin.end(program);
  });
}

async function bundleConfig(path: string, file: string): Promise<string> {
  try {
    const result = await build({
      stdin: { contents: PRINTER, resolveDir: dirname(path), sourcefile: 'selvedge:config' },
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      sourcemap: 'inline',
      logLevel: 'silent',
      absWorkingDir: dirname(path),
      plugins: [
        {
          name: 'config',
          setup: (bundler) => {
            bundler.onResolve({ filter: /^config$/ }, () => ({ path }));
            bundler.onResolve({ filter: /^selvedge\/config$/ }, () => ({ path: defineConfigFile }));
          },
        },
      ],
    });
    return result.outputFiles[0]?.text ?? '';
  } catch (error) {
    const { errors } = error as BuildFailure;
    if (!Array.isArray(errors)) throw error;
    const issues = errors.map((message) => issueOf(message));
    throw new CliError(
      'files',
      issues.map(placed).join('\n'),
      { issues, hint: `Mend ${file} and try again.` },
      error,
    );
  }
}

function issueOf({ text, location }: Message): ErrorIssue {
  if (!location) return { message: text };
  return { message: text, file: location.file, line: location.line, column: location.column + 1 };
}

const placed = ({ message, file, line, column }: ErrorIssue): string =>
  file === undefined ? message : `${file}:${line}:${column}: ${message}`;

function notRun(file: string, complaint: string): CliError {
  const message =
    /^\w*Error\b.*$/m.exec(complaint)?.[0].replace(/ imported from .*$/, '') ??
    'it ended before it had exported anything';
  return thrown(file, message, complaint);
}

/** The message of what it threw, and the place in the user's file, without the rest of the stack. */
function thrown(file: string, message: string, stack: string): CliError {
  const place = new RegExp(`${file.replaceAll('.', '\\.')}:(\\d+):(\\d+)`).exec(stack);
  const where = place ? `${file}:${place[1]}:${place[2]}` : file;
  return new CliError('files', `${where}: ${message}`, {
    issues: [{ message, file, ...(place && { line: Number(place[1]), column: Number(place[2]) }) }],
    hint: `${file} is run to read it, and threw that. Mend it and try again.`,
  });
}

const tooLong = (file: string): CliError =>
  new CliError('files', `${file} did not end within ${configTimeoutMs / 1000} s.`, {
    hint: 'A configuration exports an object; it should not wait for anything.',
  });

const nothingExported = (file: string): CliError =>
  new CliError('files', `${file} exports no configuration.`, {
    hint: 'Write `export default { … }` in it.',
  });
