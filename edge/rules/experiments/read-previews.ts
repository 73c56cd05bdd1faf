// What the preview tokens of a request send it to. A token that does not hold is passed over, and the trace says why.

import type { Preview } from '../../contract/preview-token.ts';
import type { Visit } from '../visit.ts';
import { type Forced, whyNotPreview } from './forced-variants.ts';
import { cookieTokens, previewCookie, takeQueryToken } from './preview-tokens.ts';

/** Undefined when the request has none, as nearly always: then there is nothing to wait for. */
export function readPreviews(
  visit: Visit,
  functionId: string,
): Promise<ReadonlyMap<string, Forced>> | undefined {
  const asked = takeQueryToken(visit.url);
  if (asked) visit.url = asked.url;
  const kept = cookieTokens(visit.request.headers.get('cookie'));
  if (!asked && kept.length === 0) return undefined;
  return openAll(visit, functionId, kept, asked?.token);
}

/** The one of the query counts before those of the cookies, and becomes one. */
async function openAll(
  visit: Visit,
  functionId: string,
  kept: readonly string[],
  asked: string | undefined,
): Promise<ReadonlyMap<string, Forced>> {
  const forced = new Map<string, Forced>();
  const now = Math.floor(Date.now() / 1000);
  const take = async (token: string): Promise<Preview | undefined> => {
    const preview = await visit.front.previews.open(token, visit.env.RULE_KEYS.previews);
    const wrong = whyNotPreview(preview, functionId, now);
    if (preview && wrong === undefined) {
      forced.set(preview.experiment, { variant: preview.variant, how: 'by a preview token' });
      return preview;
    }
    visit.trace.note('experiments', `a preview token does not count: ${wrong}`);
    return undefined;
  };
  for (const token of kept) await take(token);
  const preview = asked === undefined ? undefined : await take(asked);
  if (preview && asked !== undefined && !visit.dry) {
    const value = previewCookie(preview, asked, visit.client.scheme === 'https', now);
    visit.responseHeaders.push({ op: 'append', name: 'set-cookie', value });
  }
  return forced;
}
