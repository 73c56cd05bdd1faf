// The text of a wrangler file as a value, with the place of a fault. Pure.

import { parse as parseToml, TomlError } from 'smol-toml';
import { CliError } from '../cli-error.ts';
import { readJson } from '../read-json.ts';

export function parseWrangler(file: string, text: string): unknown {
  return file.endsWith('.toml') ? readToml(file, text) : readJsonc(file, text);
}

function readToml(file: string, text: string): unknown {
  try {
    return parseToml(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const rule = error.message.split('\n')[0]?.replace(/^Invalid TOML document: /, '') ?? '';
    throw misplaced(file, error.line, error.column, rule, error);
  }
}

function readJsonc(file: string, text: string): unknown {
  const { value, fault } = readJson(text, { comments: true });
  if (!fault) return value;
  throw misplaced(file, fault.line, fault.column, fault.rule);
}

function misplaced(file: string, line: number, column: number, message: string, cause?: unknown): CliError {
  return new CliError(
    'files',
    `${file}:${line}:${column}: ${message}`,
    { issues: [{ message, file, line, column }], hint: `Mend ${file} and try again.` },
    cause,
  );
}
