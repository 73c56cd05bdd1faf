// Replaces the values of secrets in what a function logs. Pure.
//
// One pattern finds where a value may begin, by its first characters; how far it goes is compared then. So a value of
// a megabyte makes no pattern of a megabyte, and one that a cut line holds only the beginning of is found too.

import { strict as assert } from 'node:assert';
import { consoleMessageLengthMax } from '../../edge/contract/console-line.ts';
import { redactedLengthMin } from './redacted-length.ts';
import { secretForms } from './secret-forms.ts';

export interface Redactor {
  /** With `[secret NAME]` in the place of values. */
  readonly text: (text: string) => string;
  /** Where values are in the bytes of a console file, in which lines are JSON. */
  readonly ranges: (bytes: Uint8Array) => readonly Range[];
}

export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface NamedSecret {
  readonly name: string;
  readonly value: string;
}

/** Of what has no secrets. */
export const redactsNothing: Redactor = { text: (text) => text, ranges: () => [] };

/** Beginnings of values that the pattern holds. So much of a value is also enough to be replaced. */
const headLength = 64;

interface Form {
  readonly name: string;
  readonly text: string;
}

interface Found extends Range {
  readonly name: string;
}

export function redactorOf(secrets: readonly NamedSecret[]): Redactor {
  const forms = secrets.flatMap(({ name, value }) =>
    secretForms(value).map((text): Form => ({ name, text })),
  );
  if (forms.length === 0) return redactsNothing;
  const find = finderOf(forms);
  let findBytes: ((text: string) => Found[]) | undefined;
  return {
    text: (text) => withoutTail(replaced(text, find(text)), forms),
    ranges: (bytes) => {
      findBytes ??= finderOf(forms.flatMap(asBytes));
      return findBytes(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'));
    },
  };
}

/** As it is in a file: a character for each byte; and once more escaped, as part of a line that is JSON. */
const asBytes = ({ name, text }: Form): Form[] =>
  [...new Set([text, JSON.stringify(text).slice(1, -1)])].map((form) => ({
    name,
    text: Buffer.from(form, 'utf8').toString('latin1'),
  }));

function finderOf(unsorted: readonly Form[]): (text: string) => Found[] {
  // Longer ones first: of a value that holds another, the whole is found.
  const forms = [...unsorted].sort((a, b) => b.text.length - a.text.length);
  const byHead = Map.groupBy(forms, ({ text }) => text.slice(0, headLength));
  const heads = [...byHead.keys()].sort((a, b) => b.length - a.length).map(literal);
  const pattern = new RegExp(heads.join('|'), 'g');
  return (text) => {
    const found: Found[] = [];
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      const { form, length } = longest(text, match.index, byHead.get(match[0]) ?? []);
      found.push({ name: form.name, start: match.index, end: match.index + length });
      pattern.lastIndex = match.index + length;
    }
    return found;
  };
}

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

function replaced(text: string, found: readonly Found[]): string {
  let result = '';
  let end = 0;
  for (const { name, ...range } of found) {
    result += `${text.slice(end, range.start)}[secret ${name}]`;
    end = range.end;
  }
  return end === 0 ? text : result + text.slice(end);
}

function longest(text: string, at: number, forms: readonly Form[]): { form: Form; length: number } {
  const [first, ...others] = forms.map((form) => ({ form, length: commonLength(text, at, form.text) }));
  assert(first, 'the pattern has found what it was made of');
  return others.reduce((best, other) => (other.length > best.length ? other : best), first);
}

function commonLength(text: string, at: number, form: string): number {
  let length = 0;
  while (length < form.length && text.charCodeAt(at + length) === form.charCodeAt(length)) length += 1;
  return length;
}

const CUT = /… \(cut: \d+ characters\)$/;

/** A line that was cut may end within a value. */
function withoutTail(text: string, forms: readonly Form[]): string {
  const mark = CUT.exec(text)?.[0] ?? '';
  if (mark === '' && text.length < consoleMessageLengthMax) return text;
  const body = text.slice(0, text.length - mark.length);
  for (const { name, text: form } of forms) {
    const most = Math.min(form.length - 1, headLength);
    for (let length = most; length >= redactedLengthMin; length--)
      if (body.endsWith(form.slice(0, length))) return `${body.slice(0, -length)}[secret ${name}]${mark}`;
  }
  return text;
}
