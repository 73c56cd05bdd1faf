// A stored response, without its body.

import type { EntryTimes } from '../../edge/http-cache/entry-times.ts';
import type { Fields } from '../../edge/http-cache/fields.ts';
import type { VaryValues } from '../../edge/http-cache/match-vary.ts';

export interface EntryHead {
  readonly function: string;
  readonly project: string;
  readonly key: string;
  readonly url: string;
  readonly tags: readonly string[];
  readonly vary: VaryValues;
  readonly status: number;
  readonly fields: Fields;
  readonly times: EntryTimes;
  /** The body is stored decoded; whoever sends it encodes it as `content-encoding` says. */
  readonly decoded: boolean;
}

export interface Entry extends EntryHead {
  /** Names its row and its file; never used twice. */
  readonly id: number;
  readonly bodyBytes: number;
  /** The body is in the index's row, else in a file. */
  readonly inline: boolean;
}

/** What it costs besides its body and its texts: its row, and its place in memory. */
const headBytes = 1024;

/** Texts are in memory and on the disk, so that they count twice. */
export const bytesOf = ({ bodyBytes, key, url, tags, vary, fields }: Entry): number =>
  bodyBytes +
  headBytes +
  2 * (key.length + url.length + lengthOf(tags) + lengthOf(vary.flat()) + lengthOf(fields.flat()));

const lengthOf = (texts: readonly (string | null)[]): number =>
  texts.reduce((sum, text) => sum + (text?.length ?? 0), 0);
