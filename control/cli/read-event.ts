// An event for a function: JSON from a file, from stdin or from the command line.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CliError } from './cli-error.ts';
import { readJson } from './read-json.ts';
import type { World } from './world.ts';

export async function readEventFile(world: World, file: string): Promise<unknown> {
  if (file === '-') return parseEvent('stdin', await world.stdin.readAll());
  let text: string;
  try {
    text = readFileSync(resolve(world.cwd, file), 'utf8');
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'There is no file' : 'Cannot read';
    throw new CliError('files', `${why} ${file}.`, { hint: 'Give --event a file with JSON in it.' }, error);
  }
  return parseEvent(file, text);
}

/** A byte order mark, as some editors write, is no fault. */
export function parseEvent(from: string, text: string): unknown {
  const json = text.replace(/^\ufeff/, '');
  try {
    return JSON.parse(json);
  } catch (error) {
    // V8 does not always tell the place.
    const place = readJson(json, { comments: false }).fault;
    const { line = 1, column = 1, rule = (error as Error).message } = place ?? {};
    throw new CliError(
      'files',
      `${from}:${line}:${column}: this is not JSON: ${rule}.`,
      {
        issues: [{ message: rule, file: from, line, column }],
        hint: 'Names and texts stand in double quotes, without a comma after the last.',
      },
      error,
    );
  }
}
