// An origin as browsers send it in `Origin`: scheme, host and a port that is not the scheme's own, and nothing else.

import { z } from 'zod';
import { shown } from './shown.ts';

const WILDCARD = /^(https?:\/\/)\*\.(.+)$/;

/** `https://app.example.com`; with `*.` in front of the host also what is below it, but not the host itself. */
export const originSchema = z
  .string()
  .max(300)
  .superRefine((text, context) => {
    const fault = faultOf(text);
    if (fault) context.addIssue({ code: 'custom', message: `is ${shown(text)}: ${fault}` });
  });

function faultOf(text: string): string | undefined {
  if (text === 'null') {
    return 'any page can have itself sent from "null", from a sandboxed frame, so that it names nobody; name origins';
  }
  const plain = text.replace(WILDCARD, '$1$2');
  const origin = URL.parse(plain)?.origin;
  if (!/^https?:\/\//i.test(text) || plain.includes('*') || origin === undefined || origin === 'null') {
    return 'it must be an origin such as https://app.example.com or https://*.example.com';
  }
  if (origin === plain) return undefined;
  return `browsers send it as ${origin.replace('://', plain === text ? '://' : '://*.')}; write it so`;
}
