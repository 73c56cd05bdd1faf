// Which of the machine's fronts this one is, and so which share of every limit is its own.
//
// The shares of all fronts add up to the limit. A front takes from its share without asking anybody, and borrows from
// the others when it is used up: that is what keeps a limit exact, and cheap.

export interface Seat {
  /** 0 to `count` - 1; no two fronts that serve at the same time have the same. */
  readonly index: number;
  readonly count: number;
  /**
   * 0 for a front that began together with all others. Otherwise milliseconds since the epoch: what was let in before
   * then, by a front whose seat it has, it does not know.
   */
  readonly successorSince: number;
}

/** Of a router that has no others beside it. */
export const ONLY_SEAT: Seat = { index: 0, count: 1, successorSince: 0 };

/** Of a limit that counts up to `whole`; 0 where there are more fronts than it can be divided into. */
export function shareOf(whole: number, { index, count }: Seat): number {
  return Math.floor(whole / count) + (index < whole % count ? 1 : 0);
}

export const writeSeat = ({ index, count, successorSince }: Seat): string =>
  `${index}/${count}/${successorSince}`;

/** What `writeSeat` wrote; a router that was told nothing is the only one. */
export function readSeat(text: string | undefined): Seat {
  const [, index, count, successorSince] = /^(\d{1,4})\/(\d{1,4})\/(\d{1,16})$/.exec(text ?? '') ?? [];
  if (index === undefined || Number(count) <= Number(index)) return ONLY_SEAT;
  return { index: Number(index), count: Number(count), successorSince: Number(successorSince) };
}
