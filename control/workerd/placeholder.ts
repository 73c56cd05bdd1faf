// Placeholders: what a config has on disk in place of a secret. The text of a config and what workerd makes of it are
// kept in files, so both hold placeholders only; the real bytes take their place in memory, on the way to a process's
// standard input.
//
// A placeholder is the text of a JSON string, and so is what takes its place. JSON may have white space behind it:
// both are padded to a multiple of `BLOCK_BYTES`. So they have the same length, and the length tells little of the
// value. `mark` is in no source, as it is a keyed hash that is told to nobody.

import { strict as assert } from 'node:assert';

const BLOCK_BYTES = 64;
const NUMBER_DIGITS = 4;

export interface Placeholder {
  /** JSON text for the config. */
  readonly text: string;
  /** JSON text of the same length in bytes, for the instance. */
  readonly real: string;
}

/** `mark` is 32 hex digits. The same mark and lengths give the same placeholders. */
export function placeholdersFor(mark: string, jsonTexts: readonly string[]): readonly Placeholder[] {
  return jsonTexts.map((json, index) => {
    const bytes = Buffer.byteLength(json, 'utf8');
    const length = Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES;
    const body = beginning(mark) + String(index).padStart(NUMBER_DIGITS, '0');
    return { text: `"${body.padEnd(length - 2, '.')}"`, real: json + ' '.repeat(length - bytes) };
  });
}

/** A copy of `config` with the real texts. Each placeholder must be in it just once. */
export function fillPlaceholders(
  config: Uint8Array,
  mark: string,
  placeholders: readonly Placeholder[],
): Uint8Array {
  if (placeholders.length === 0) return config;
  const filled = Buffer.from(config);
  const begin = Buffer.from(`"${beginning(mark)}`, 'latin1');
  const missing = new Set(placeholders.keys());
  for (let at = filled.indexOf(begin); at !== -1; at = filled.indexOf(begin, at)) {
    const digits = filled.toString('latin1', at + begin.length, at + begin.length + NUMBER_DIGITS);
    const index = Number(digits);
    const placeholder = placeholders[index];
    assert(placeholder && missing.delete(index), `placeholder ${digits} is in the config once`);
    const { text, real } = placeholder;
    assert(filled.toString('latin1', at, at + text.length) === text, `placeholder ${digits} is whole`);
    at += filled.write(real, at, 'utf8');
  }
  assert(missing.size === 0, `every placeholder is in the config, and ${[...missing].join()} are not`);
  return filled;
}

const beginning = (mark: string): string => `slv-${mark}-`;
