// JSON that a person wrote, with the place where it stops being JSON and what is expected there. Pure.

import { type ParseError, type ParseOptions, parse, printParseErrorCode } from 'jsonc-parser';

export interface JsonFault {
  /** One-based, as `column`. */
  readonly line: number;
  readonly column: number;
  /** As in "property name expected". */
  readonly rule: string;
}

export interface ReadJson {
  readonly value: unknown;
  readonly fault?: JsonFault;
}

/** With `comments`, the JSON of configuration files: comments and a comma after the last entry. */
export function readJson(text: string, { comments }: { readonly comments: boolean }): ReadJson {
  const errors: ParseError[] = [];
  const options: ParseOptions = { disallowComments: !comments, allowTrailingComma: comments };
  const value: unknown = parse(text, errors, options);
  const [first] = errors;
  if (!first) return { value };
  const before = text.slice(0, first.offset).split('\n');
  const rule = printParseErrorCode(first.error)
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toLowerCase();
  return { value, fault: { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, rule } };
}
