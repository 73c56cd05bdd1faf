// Literals of the capnp text format, and what can't be said in them.
//
// A Text holds UTF-8. Every character but a lone surrogate has a UTF-8 form, NUL included: workerd passes a
// NUL in a text binding or a module's source on to the isolate. In a name, an address or a header value it
// would be cut off there or stop the process, so those refuse it.

import { AppError } from '../model/errors.ts';

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\t': '\\t',
};

// Letters, marks, digits, punctuation and symbols of any script stay readable. Everything else is written in
// bytes: controls, separators, and format characters, which could make the displayed config look like another.
const ESCAPED = /["\\\n\t]|[^ \p{L}\p{M}\p{N}\p{P}\p{S}]/gu;

/** Text of any content. `place` names it in the error, e.g. `module "a.js" of service "main"`. */
export function contentLiteral(content: string, place: string): string {
  checkWellFormed(content, place);
  return `"${content.replace(ESCAPED, escapeCharacter)}"`;
}

/** Text that names something: a service, a path, a header's name or value. */
export function nameLiteral(name: string, place: string): string {
  if (name.includes('\0')) {
    throw new AppError(
      'FN_006',
      `The ${place} holds a NUL character, where workerd would cut it: remove it.`,
    );
  }
  return contentLiteral(name, place);
}

/** A header's name or value, in which a line break would begin another header. */
export function headerLiteral(text: string, place: string): string {
  if (/[\r\n]/.test(text)) {
    throw new AppError(
      'FN_006',
      `The ${place} holds a line break, which can't be part of a header: remove it.`,
    );
  }
  return nameLiteral(text, place);
}

/**
 * Text of many lines, one literal a line: capnp joins adjacent literals, so a module's source can be read in
 * the emitted config. For workerd it is no slower than one literal at 1 MB, and a fifth slower at 10 MB.
 */
export function linesLiteral(content: string, indent: string, place: string): string {
  checkWellFormed(content, place);
  const next = `"\n${indent}"`;
  const last = content.length - 1;
  const lines = content.replace(ESCAPED, (character, offset: number) =>
    character === '\n' && offset < last ? `\\n${next}` : escapeCharacter(character),
  );
  return lines.includes(next) ? `\n${indent}"${lines}"` : `"${lines}"`;
}

/** Empty data has no 0x form that capnp parses; an empty Text is taken as empty Data. */
export function dataLiteral(bytes: Uint8Array): string {
  return bytes.length === 0 ? '""' : `0x"${Buffer.from(bytes).toString('hex')}"`;
}

function checkWellFormed(content: string, place: string): void {
  if (content.isWellFormed()) return;
  throw new AppError(
    'FN_006',
    `The ${place} holds half of a surrogate pair, which has no UTF-8 form: remove it, or escape it in the source, as in "\\ud83d".`,
  );
}

function escapeCharacter(character: string): string {
  return SHORT_ESCAPES[character] ?? Buffer.from(character, 'utf8').toString('hex').replace(/../g, '\\x$&');
}
