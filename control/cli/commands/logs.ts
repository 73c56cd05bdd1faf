// `functions logs`: what a function printed, and how it was called.

import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { LogEntry } from '../../client/client.ts';
import { CliError } from '../cli-error.ts';
import type { CommandContext } from '../command-context.ts';
import { addAction, addExamples } from '../define-command.ts';
import type { Output, Style } from '../output.ts';

type Level = LogEntry['level'];

const limitDefault = 100;

interface LogOptions {
  readonly follow?: boolean;
  readonly limit?: number;
  readonly since?: string;
  readonly until?: string;
  readonly level?: Level;
  readonly search?: string;
  readonly requestId?: string;
}

export function addLogs(functions: Command): void {
  const command = functions
    .command('logs')
    .summary('show the log of a function')
    .description(
      'Shows what a function printed and how it was called, the newest last. With --json each entry is a line of its own.',
    )
    .argument('<name>', 'name or id of the function')
    .option('-f, --follow', 'go on as entries come, until Ctrl-C')
    .option(
      '-n, --limit <count>',
      `how many entries, 1 to 1000; ${limitDefault} unless given`,
      wholeNumber(1, 1000),
    )
    .option('--since <time>', 'from then on: ISO 8601, or 30s, 15m, 2h, 1d ago', time)
    .option('--until <time>', 'until then', time)
    .option('--search <text>', 'only with this in them')
    .option('--request-id <id>', 'only of this request');
  command.addOption(
    command
      .createOption('--level <level>', 'the least severe that is shown')
      .choices(['debug', 'log', 'info', 'warn', 'error']),
  );
  addExamples(command, [
    { line: 'selvedge functions logs my-function --follow', does: 'as it happens' },
    { line: 'selvedge functions logs my-function --level error --since 1h', does: 'what went wrong of late' },
  ]);
  addAction<LogOptions, [string]>(command, async (context, options, name) => {
    const { out, client, call } = context;
    const { follow, limit, since, until, level, search, requestId } = options;
    const narrowed = { level, search, request_id: requestId };
    if (follow && (limit ?? since ?? until) !== undefined)
      throw new CliError(
        'usage',
        '--follow shows what comes from now on: leave --limit, --since and --until out.',
      );
    if (follow) return followLog(context, name, narrowed);
    const page = await context.progress('reading the log', () =>
      client.functions.logs(name, { ...narrowed, limit: limit ?? limitDefault, since, until }, call),
    );
    for (const entry of page.logs.toReversed()) out.item(entry, () => lineOf(out, entry));
    if (page.dropped > 0) out.warn(`${page.dropped} lines were lost: the function logged more than is kept.`);
    return undefined;
  });
}

/** Ctrl-C is how one leaves it, so that is no failure. */
async function followLog(
  { out, client, world }: CommandContext,
  name: string,
  narrowed: { level?: Level | undefined; search?: string | undefined; request_id?: string | undefined },
): Promise<undefined> {
  try {
    for await (const entry of client.functions.followLogs(name, narrowed, { signal: world.interrupted }))
      out.item(entry, () => lineOf(out, entry));
    if (!world.interrupted.aborted) out.warn('The server ended the stream.');
  } catch (error) {
    if (!world.interrupted.aborted) throw error;
  }
  return undefined;
}

const STYLES: Readonly<Partial<Record<Level, Style>>> = { error: 'red', warn: 'yellow', debug: 'dim' };

function lineOf(out: Output, entry: LogEntry): string {
  const style = STYLES[entry.level];
  const level = entry.level.toUpperCase().padEnd(5);
  const stack = entry.stack === undefined ? '' : `\n${out.style('dim', entry.stack)}`;
  return `${out.style('dim', entry.time)} ${style ? out.style(style, level) : level} ${entry.message}${stack}`;
}

export const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };

const UNITS_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A time, or how long ago it was, as ISO 8601. */
export function time(text: string, _previous?: unknown, now: number = Date.now()): string {
  const ago = /^(\d{1,6})([smhd])$/.exec(text);
  if (ago) return new Date(now - Number(ago[1]) * UNITS_MS[ago[2] as keyof typeof UNITS_MS]).toISOString();
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(at)) return new Date(at).toISOString();
  throw new InvalidArgumentError(
    'It must be a time such as 2026-11-21T12:00:00Z, or 30s, 15m, 2h, 1d for that long ago.',
  );
}
