// Patterns of paths in redirects and rewrites: `/blog/:slug` takes one segment, `/old/*` all that is below, and
// `/old` itself. Control refuses what is none; the router matches.

import { hasDotSegment } from './encode-path.ts';
import { normalizePath } from './normalize-path.ts';

/** As the table has it, too. */
export interface PathPattern {
  /** `blog`, `:slug`; in the normal spelling. */
  readonly segments: readonly string[];
  /** Ends with `*`. */
  readonly splat: boolean;
}

/** What a pattern took, as it is in the URL: still encoded. */
export type Captures = Readonly<Record<string, string>>;

/** Name of what `*` took. */
export const SPLAT = 'splat';

const CAPTURE = /^:[A-Za-z][A-Za-z0-9_]*$/;

export const isCapture = (segment: string): boolean => segment.startsWith(':');

/** The pattern, or what is wrong with the text, to be read after "is ...: it". */
export function readPathPattern(text: string): PathPattern | string {
  if (!text.startsWith('/')) return 'must begin with "/"';
  if (/[?#\\\s]/.test(text)) return 'must be a path alone, without "?", "#", "\\" and white space';
  const parts = text.slice(1).split('/');
  const splat = parts.at(-1) === '*';
  const segments = splat ? parts.slice(0, -1) : parts;
  const names = new Set<string>();
  for (const segment of segments) {
    if (segment.includes('*')) return 'must have "*" only as its last part, as in /old/*';
    if (!isCapture(segment)) continue;
    const name = segment.slice(1);
    if (!CAPTURE.test(segment)) {
      return `has "${segment}", and what begins with ":" must be a name of letters, digits and "_", as in /blog/:slug`;
    }
    if (name === SPLAT) return 'must not call a part ":splat", which is what "*" takes';
    if (names.has(name)) return `has ":${name}" twice`;
    names.add(name);
  }
  if (hasDotSegment(text)) return 'must have no "." and ".." parts, which no request has';
  const normal = segments.map((segment) =>
    isCapture(segment) ? segment : normalizePath(`/${segment}`).slice(1),
  );
  if (normal.some((segment, at) => segment === '' && (splat || at < normal.length - 1))) {
    return 'must have no two slashes in a row, which no request has where it is matched';
  }
  return { segments: normal, splat };
}

/** Names that `to` may use. */
export function captureNames({ segments, splat }: PathPattern): string[] {
  const names = segments.filter(isCapture).map((segment) => segment.slice(1));
  return splat ? [...names, SPLAT] : names;
}

/** `parts` are `partsOfPath`. Undefined when the pattern does not take them. */
export function matchPath({ segments, splat }: PathPattern, parts: readonly string[]): Captures | undefined {
  if (splat ? parts.length < segments.length : parts.length !== segments.length) return undefined;
  const captures: Record<string, string> = {};
  for (const [at, segment] of segments.entries()) {
    const part = parts[at] ?? '';
    if (isCapture(segment)) {
      if (part === '') return undefined;
      captures[segment.slice(1)] = part;
    } else if (segment !== part) return undefined;
  }
  if (splat) captures[SPLAT] = parts.slice(segments.length).join('/');
  return captures;
}

/** For `matchPath`; in the spelling in which routes are matched, so that no other gets round a rule. */
export const partsOfPath = (path: string): string[] => normalizePath(path).slice(1).split('/');

export const writePathPattern = ({ segments, splat }: PathPattern): string =>
  `/${[...segments, ...(splat ? ['*'] : [])].join('/')}`;
