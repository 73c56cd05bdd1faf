// Lines of a `_headers` or `_redirects` file, and what is wrong with some of them.

import { AppError } from '../../model/errors.ts';
import { assetRuleLengthMax } from '../../model/limits.ts';

/** As many faults as an error tells; the rest is counted. */
const faultsToldMax = 20;

export interface RuleLine {
  /** From 1. */
  readonly number: number;
  /** Without space around it; never empty, and never a comment. */
  readonly text: string;
}

export class RuleFaults {
  readonly #file: string;
  readonly #faults: { readonly line: number; readonly message: string }[] = [];

  constructor(file: '_headers' | '_redirects') {
    this.#file = file;
  }

  add(line: RuleLine, message: string): void {
    this.#faults.push({ line: line.number, message });
  }

  /** Lines that say something. One that is too long is a fault, and is not among them. */
  linesOf(text: string): RuleLine[] {
    return text
      .split('\n')
      .map((line, index) => ({ number: index + 1, text: line.trim() }))
      .filter((line) => {
        if (line.text === '' || line.text.startsWith('#')) return false;
        if (line.text.length <= assetRuleLengthMax) return true;
        this.add(line, `has ${line.text.length} characters, and may have ${assetRuleLengthMax}`);
        return false;
      });
  }

  /** @throws {AppError} FN_006 with each fault, if there is one. */
  refuse(): void {
    const faults = this.#faults;
    if (faults.length === 0) return;
    const told = faults.slice(0, faultsToldMax).map(({ line, message }) => `line ${line} ${message}`);
    const more = faults.length > told.length ? `; and ${faults.length - told.length} more` : '';
    throw new AppError('FN_006', `Invalid ${this.#file}: ${told.join('; ')}${more}.`, {
      issues: faults
        .slice(0, faultsToldMax)
        .map(({ line, message }) => ({ message, file: this.#file, line })),
    });
  }
}

/** What a path in a rule becomes: encoded as a browser would encode it, `*` and `:name` as they are. */
export function rulePath(path: string, keep: 'path' | 'path, query and fragment' = 'path'): string {
  // A scheme that means nothing special, so that no rule of HTTP changes what stands in the path.
  const { pathname, search, hash } = new URL(`rule://host${path.startsWith('/') ? '' : '/'}${path}`);
  return keep === 'path' ? pathname : `${pathname}${search}${hash}`;
}

/** `https://host/rest`, the one form of an absolute URL in a rule. */
export function splitAbsolute(text: string): { readonly host: string; readonly rest: string } | undefined {
  const found = /^https:\/\/+([^/]+)(\/.*)?$/.exec(text);
  return found?.[1] === undefined ? undefined : { host: found[1], rest: found[2] ?? '/' };
}

export const hasScheme = (text: string): boolean => /^[^\s/]+:\/\//.test(text);
