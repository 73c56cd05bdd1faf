// The path of a function, and of what belongs to it.

import { input } from './connection.ts';

/** Each part becomes one segment. An empty id would be the path of the list, which deletes and changes nothing. */
export function functionPath(id: string, ...parts: readonly string[]): string {
  const segments = [id, ...parts];
  const bad = segments.find(
    (part) => typeof part !== 'string' || part === '' || part === '.' || part === '..',
  );
  if (bad !== undefined || typeof id !== 'string') {
    throw input(`${JSON.stringify(bad) ?? 'undefined'} names no function: give its id or its name, as text.`);
  }
  return `/functions/${segments.map(encodeURIComponent).join('/')}`;
}
