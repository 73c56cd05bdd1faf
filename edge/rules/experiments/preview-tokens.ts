// The preview tokens of a request: of its query, and of the cookies that an earlier one has set.

import { openPreview, type Preview } from '../../contract/preview-token.ts';
import { splitUrl } from '../../route/split-url.ts';

/** Tokens that are remembered as opened. Beyond, all are forgotten. */
export const previewsRememberedMax = 1000;
/** Looked at, of one request. */
export const previewCookiesMax = 5;

export const PREVIEW_QUERY = 'selvedge-preview';
/** And the experiment's name behind it. */
export const PREVIEW_COOKIE = '__selvedge_preview_';

const COOKIE = /(?:^|;)\s*__selvedge_preview_[a-z0-9_-]{1,63}=([^;\s]*)/g;

export class PreviewTokens {
  readonly #opened = new Map<string, Preview | undefined>();

  get size(): number {
    return this.#opened.size;
  }

  /** Undefined for what this installation has not signed. */
  async open(token: string, key: string): Promise<Preview | undefined> {
    if (this.#opened.has(token)) return this.#opened.get(token);
    const preview = await openPreview(token, key);
    if (this.#opened.size >= previewsRememberedMax) this.#opened.clear();
    // What is forged is not kept: it would push out what is not.
    if (preview) this.#opened.set(token, preview);
    return preview;
  }
}

/** Taken out of the URL, as the function is not to see it. */
export function takeQueryToken(url: string): { readonly url: string; readonly token: string } | undefined {
  if (!url.includes(`${PREVIEW_QUERY}=`)) return undefined;
  const { origin, path, query } = splitUrl(url);
  const params = query.slice(1).split('&');
  const found = params.find((param) => param.startsWith(`${PREVIEW_QUERY}=`));
  if (found === undefined) return undefined;
  const rest = params.filter((param) => param !== found).join('&');
  return { url: `${origin}${path}${rest && `?${rest}`}`, token: found.slice(PREVIEW_QUERY.length + 1) };
}

export function cookieTokens(header: string | null): string[] {
  if (header === null || !header.includes(PREVIEW_COOKIE)) return [];
  return [...header.matchAll(COOKIE)].slice(0, previewCookiesMax).map(([, token = '']) => token);
}

/** The value of a `Set-Cookie` header: it lasts as long as the token. */
export function previewCookie(
  { experiment, expiresAt }: Preview,
  token: string,
  secure: boolean,
  nowSeconds: number,
): string {
  const maxAge = Math.max(0, expiresAt - nowSeconds);
  return `${PREVIEW_COOKIE}${experiment}=${token}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}
