// The texts in which a secret's value turns up in logs: as it is, escaped, encoded, in pieces. Pure.

import { redactedLengthMin } from './redacted-length.ts';

/** Of a value with several lines, as a key in PEM is, raw output has each line for itself. Shorter lines say little. */
const lineLengthMin = 16;
const PEM_FRAME = /^-----(BEGIN|END) /;

/** Each once; none for a value that is too short to be told from other text. */
export function secretForms(value: string): string[] {
  if (value.length < redactedLengthMin) return [];
  const lines = value
    .split(/\r?\n/)
    .filter((line) => line.length >= lineLengthMin && !PEM_FRAME.test(line) && line !== value);
  const bytes = Buffer.from(value, 'utf8');
  const percent = percentEncoded(value);
  return [
    ...new Set([
      ...[value, ...lines],
      // Within what JSON and Node's inspection of objects print.
      ...[JSON.stringify(value).slice(1, -1), value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')],
      ...[percent, lowerHex(percent), percent.replaceAll('%20', '+'), formEncoded(value)],
      ...[0, 1, 2].flatMap((before) => base64Within(bytes, before)),
    ]),
  ];
}

/** Half of a surrogate pair has no encoding; a replacement character takes its place in the output too. */
const percentEncoded = (value: string): string => encodeURIComponent(value.toWellFormed());
const formEncoded = (value: string): string => new URLSearchParams({ v: value }).toString().slice(2);
const lowerHex = (text: string): string => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());

/**
 * What is the same in the base64 of every text that has `bytes` behind as many others as leave `before` over when
 * divided by 3. So `Basic` credentials are found as well, in which the secret is a part of what was encoded.
 */
function base64Within(bytes: Uint8Array, before: number): string[] {
  const bitsBefore = before * 8;
  const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
  const own = encoded.slice(Math.ceil(bitsBefore / 6), Math.floor((bitsBefore + bytes.length * 8) / 6));
  return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
}
