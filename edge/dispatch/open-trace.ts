// Whether whoever sends a request may see what is decided about it: he asks, and has an owner's token.

import { readCredentials } from '../auth/read-credential.ts';
import { TRACE_HEADER } from '../contract/names.ts';
import type { Target } from '../route/table-index.ts';
import { KeptTrace } from '../rules/trace.ts';
import type { Front } from './front.ts';
import { noteTarget } from './note-target.ts';

/** Longest that a trace gets in a header; beyond, the details are left out, and then the last decisions. */
export const traceBytesMax = 8192;

export const asksForTrace = ({ headers }: Request): boolean => headers.get(TRACE_HEADER) === '1';

/** Undefined for whoever is no owner of the function's project. */
export async function openTrace(
  front: Front,
  { headers }: Request,
  target: Target,
): Promise<KeptTrace | undefined> {
  for (const { token } of readCredentials(headers.get('authorization'), headers.get('x-api-key'))) {
    const grant = await front.credentials.find(token);
    if (grant?.role === 'owner' && front.credentials.opens(grant, target.entry.project, Date.now())) {
      const trace = new KeptTrace();
      noteTarget(trace, target);
      return trace;
    }
  }
  return undefined;
}

export function withTrace(response: Response, trace: KeptTrace | undefined): Response {
  if (!trace) return response;
  const told = new Response(response.body, response);
  told.headers.set(TRACE_HEADER, traceText(trace));
  return told;
}

/** As JSON in ASCII, which a header can hold. */
export function traceText({ decisions }: KeptTrace): string {
  const whole = asciiJson(decisions);
  if (whole.length <= traceBytesMax) return whole;
  const bare = decisions.map(({ step, decision }) => ({ step, decision }));
  for (let kept = bare.length; kept > 0; kept -= 1) {
    const text = asciiJson(bare.slice(0, kept));
    if (text.length <= traceBytesMax) return text;
  }
  return '[]';
}

const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
