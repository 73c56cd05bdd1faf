// Goal: no text can leave its literal. That workerd reads the same text back is tested against workerd itself.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '../model/errors.ts';
import { contentLiteral, dataLiteral, headerLiteral, linesLiteral, nameLiteral } from './capnp-text.ts';

// The same cases in every run, so that a test fails for a change and not for a day.
fc.configureGlobal({ seed: 20261121 });

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        '"',
        '\\',
        '\n',
        '\r',
        '\t',
        '\0',
        '#',
        '\\x41',
        '\u2028',
        '\u202e',
        '\ud800',
        'é',
        '😀',
        '",',
        '\\"',
      ),
    )
    .map((parts) => parts.join('')),
);

/** What capnp would read: literals side by side are one, and an escape is a byte. */
function read(literals: string): string {
  const bytes: number[] = [];
  const pattern = /\s+|"((?:[^"\\\n]|\\[nt"\\]|\\x[0-9a-f]{2})*)"/y;
  for (pattern.lastIndex = 0; pattern.lastIndex < literals.length; ) {
    const match = pattern.exec(literals);
    if (!match) throw new Error(`no literal at the end of: ${literals}`);
    for (const [part] of (match[1] ?? '').matchAll(/\\x[0-9a-f]{2}|\\.|[^\\]+/gu)) {
      if (part.startsWith('\\x')) bytes.push(Number.parseInt(part.slice(2), 16));
      else bytes.push(...Buffer.from({ '\\n': '\n', '\\t': '\t', '\\"': '"', '\\\\': '\\' }[part] ?? part));
    }
  }
  return Buffer.from(bytes).toString('utf8');
}

test.each([
  ['contentLiteral', contentLiteral],
  ['nameLiteral', nameLiteral],
  ['headerLiteral', headerLiteral],
  ['linesLiteral', (content: string, place: string) => linesLiteral(content, '    ', place)],
])('%s is read as what was written, or refused with the place', (_, literal) => {
  fc.assert(
    fc.property(text, (content) => {
      let written: string;
      try {
        written = literal(content, 'thing "x"');
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
        expect((error as AppError).message).toContain('thing "x"');
        expect(!content.isWellFormed() || /[\0\r\n]/.test(content)).toBe(true);
        return;
      }
      expect(read(written)).toBe(content);
    }),
  );
});

test('data is read as the bytes that were written', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const hex = /^(?:0x)?"([0-9a-f]*)"$/.exec(dataLiteral(bytes))?.[1] ?? '?';
      expect(Buffer.from(hex, 'hex').equals(Buffer.from(bytes))).toBe(true);
    }),
  );
});
