// Replaces the values of secrets in what a function logs. Pure.
//
// One pattern finds where a value may begin, by its first characters; how far it goes is compared then. So a value of
// a megabyte makes no pattern of a megabyte, and one that a cut line holds only the beginning of is found too.

import { consoleMessageLengthMax } from '../../edge/contract/console-line.ts';
import { redactedLengthMin } from './redacted-length.ts';
import { secretForms } from './secret-forms.ts';

export type Redact = (text: string) => string;

export interface NamedSecret {
  readonly name: string;
  readonly value: string;
}

/** Beginnings of values that the pattern holds. So much of a value is also enough to be replaced. */
const headLength = 64;

interface Form {
  readonly name: string;
  readonly text: string;
}

export function redactorOf(secrets: readonly NamedSecret[]): Redact {
  // Longer ones first: of a value that holds another, the whole is replaced.
  const forms = secrets
    .flatMap(({ name, value }) => secretForms(value).map((text): Form => ({ name, text })))
    .sort((a, b) => b.text.length - a.text.length);
  if (forms.length === 0) return (text) => text;
  const byHead = Map.groupBy(forms, ({ text }) => text.slice(0, headLength));
  const heads = [...byHead.keys()].sort((a, b) => b.length - a.length).map(literal);
  const pattern = new RegExp(heads.join('|'), 'g');
  return (text) => withoutTail(replaceAll(text, pattern, byHead), forms);
}

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

function replaceAll(text: string, pattern: RegExp, byHead: ReadonlyMap<string, readonly Form[]>): string {
  let result = '';
  let end = 0;
  pattern.lastIndex = 0;
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    const [head] = found;
    const { form, length } = longest(text, found.index, byHead.get(head) ?? []);
    result += `${text.slice(end, found.index)}[secret ${form.name}]`;
    end = found.index + length;
    pattern.lastIndex = end;
  }
  return end === 0 ? text : result + text.slice(end);
}

function longest(text: string, at: number, forms: readonly Form[]): { form: Form; length: number } {
  const [first, ...others] = forms.map((form) => ({ form, length: commonLength(text, at, form.text) }));
  if (first === undefined) throw new Error('the pattern has found what it was not made of');
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
