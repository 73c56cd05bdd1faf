// Whether an answer is what an experiment is about. What failed converts nobody, unless its status is what is waited for.

import type { ConversionEntry } from '../../contract/rules/experiments.ts';
import { matchesText } from './match-text.ts';

export function isConversion(
  { path, header, status }: ConversionEntry,
  asked: string,
  answer: { readonly status: number; readonly headers: Headers },
): boolean {
  if (path !== undefined && !matchesText(path, asked)) return false;
  if (header && !matchesText(header.value, answer.headers.get(header.name))) return false;
  return status === undefined ? answer.status < 400 : answer.status === status;
}
