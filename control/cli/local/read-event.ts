// Reads the event of `functions test --event file.json`.

import { readFile } from 'node:fs/promises';
import { findJsonFault, placeOf } from '../../api/json-fault.ts';
import { AppError } from '../../model/errors.ts';

/** `shown` is the path as the user gave it. @throws {AppError} FN_006 with line and column for what is not JSON. */
export async function readEvent(path: string, shown: string = path): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'There is no such file' : `It cannot be read (${code})`;
    throw new AppError('FN_006', `The event file ${shown}: ${why}.`, {}, error);
  }
  return parseEvent(text, shown);
}

/** A byte order mark, as some editors write, is no fault. @throws {AppError} FN_006 with line and column. */
export function parseEvent(text: string, shown: string): unknown {
  const json = text.replace(/^\ufeff/, '');
  try {
    return JSON.parse(json);
  } catch (error) {
    const { line, column } = placeOf(json, findJsonFault(json));
    const why = json.trim() === '' ? 'it is empty' : 'the JSON ends or goes wrong here';
    const message = `The event file ${shown} is not JSON: ${shown}:${line}:${column}: ${why}.`;
    throw new AppError('FN_006', message, { issues: [{ message: why, file: shown, line, column }] }, error);
  }
}
