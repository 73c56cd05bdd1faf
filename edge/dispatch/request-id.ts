// The id that a request goes by in logs and answers: the client's own if it can be used, or a new one.

const USABLE = /^[\x21-\x7e]{1,128}$/;
/** Tells apart the ids of fronts and of their restarts; made at the first request, as a worker may not draw before. */
let prefix = '';
let made = 0;

export function keptRequestId(header: string | null): string | undefined {
  return header !== null && USABLE.test(header) ? header : undefined;
}

/** 16 random hexadecimal digits of this front and a running number: unique, and far cheaper than a UUID each. */
export function makeRequestId(): string {
  if (prefix === '') prefix = crypto.randomUUID().replaceAll('-', '').slice(0, 16);
  made += 1;
  return `${prefix}-${made.toString(36)}`;
}
