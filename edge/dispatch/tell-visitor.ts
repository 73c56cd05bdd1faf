// What an answer says of the version that was chosen: to whoever asked, which one it was; to a visitor of a split, the
// cookie by which he is known the next time.

import { VERSION_HEADER } from '../contract/names.ts';

export interface Told {
  readonly version?: string | undefined;
  readonly cookie?: string | undefined;
}

export function tellVisitor(headers: Headers, { version, cookie }: Told): void {
  if (version !== undefined) headers.set(VERSION_HEADER, version);
  if (cookie !== undefined) headers.append('set-cookie', cookie);
}
