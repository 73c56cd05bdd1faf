// Which of the machine's fronts this one is, and so which share of every limit is its own.
//
// The shares of all fronts add up to the limit. A front takes from its share without asking anybody, and borrows from
// the others when it is used up: that is what keeps a limit exact, and cheap.

import type { Seat } from '../../contract/front-api.ts';

export type { Seat } from '../../contract/front-api.ts';

/** Of a router that has no others beside it. */
export const ONLY_SEAT: Seat = { index: 0, count: 1, successorSince: 0 };

/** Of a limit that counts up to `whole`; 0 where there are more fronts than it can be divided into. */
export function shareOf(whole: number, { index, count }: Seat): number {
  return Math.floor(whole / count) + (index < whole % count ? 1 : 0);
}

/** As control gives it to the process; a router that was told nothing is the only one. */
export function readSeat(text: string | null | undefined): Seat {
  const [, index, count, successorSince] = /^(\d{1,4})\/(\d{1,4})\/(\d{1,16})$/.exec(text ?? '') ?? [];
  if (index === undefined || Number(count) <= Number(index)) return ONLY_SEAT;
  return { index: Number(index), count: Number(count), successorSince: Number(successorSince) };
}
