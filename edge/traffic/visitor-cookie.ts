// The cookie by which a split knows a visitor again: `<32 hex digits of his own>.<8 digits of his version>`.
//
// The first part is his key. The second is his pin: it says which version he had last, and counts only while that
// version is at share 0, see `Split`. Neither is signed: a key chooses among versions that take visitors anyway, and
// a pin names what the same digits open as a preview.
//
// The setting may name a cookie of the function's own, such as its session's. Then the whole value is the key, and
// we never write over it.

/** Browsers keep no cookie for longer than about this. */
const maxAgeSeconds = 365 * 24 * 3600;

const OURS = /^([0-9a-f]{32})\.([0-9a-f]{8})$/;

export interface Visitor {
  readonly key: string;
  /** Null for a cookie that is not ours. */
  readonly pin: string | null;
}

/** Undefined when the `Cookie` header has no such cookie, or an empty one. Of several with one name, the first counts. */
export function readVisitor(header: string | null, name: string): Visitor | undefined {
  const value = header === null ? undefined : cookieValue(header, name);
  if (!value) return undefined;
  const ours = OURS.exec(value);
  return ours?.[1] && ours[2] ? { key: ours[1], pin: ours[2] } : { key: value, pin: null };
}

export const newVisitorKey = (): string => crypto.randomUUID().replaceAll('-', '');

/** The value of a `Set-Cookie` header. */
export function visitorCookie(name: string, key: string, pin: string, secure: boolean): string {
  return `${name}=${key}.${pin}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}

/** Undefined when there is none of that name; of several, the first. */
export function cookieValue(header: string, name: string): string | undefined {
  for (let start = 0; start < header.length; ) {
    const semicolon = header.indexOf(';', start);
    const end = semicolon < 0 ? header.length : semicolon;
    const equals = header.indexOf('=', start);
    if (equals > 0 && equals < end && header.slice(start, equals).trim() === name)
      return header.slice(equals + 1, end).trim();
    start = end + 1;
  }
  return undefined;
}
