// Arranges loans between fronts: one whose share of a limit is used up asks here, and the others are asked one after the
// other until one has something to spare. Nothing is kept of what is counted; all of that is with the fronts.
//
// Questions about one key are answered one at a time, and a front answers only when it has what it was lent before:
// otherwise a front could be told that nobody has anything while a loan of several is on its way to another.

import type { LendAnswer, LendRequest, LoanAnswer, LoanRequest } from '../../../edge/contract/front-api.ts';

export interface Lender {
  readonly seat: number;
  lend(question: LendRequest): Promise<LendAnswer>;
}

/** For how long it is remembered who was lent what. */
const rememberedMs = 1000;

interface Line {
  /** Settled when all questions of before are answered. */
  tail: Promise<unknown>;
  usedAt: number;
  /** Nobody has anything, as was found at that moment: whoever had asked before then need not be told by the fronts again. */
  dry: { readonly answer: LoanAnswer; readonly at: number } | undefined;
  /** The newest loan of the key, and whose it is. */
  loan: number;
  seat: number;
}

export class LoanOffice {
  readonly #lenders: () => Iterable<Lender>;
  readonly #lines = new Map<string, Line>();
  /** Questions so far. */
  #asked = 0;
  /** Above the numbers of any earlier control. */
  #loans = Date.now();

  constructor(lenders: () => Iterable<Lender>) {
    this.#lenders = lenders;
  }

  borrow(question: LoanRequest): Promise<LoanAnswer> {
    const name = JSON.stringify([question.function, question.limiter.id, question.key]);
    const line = this.#lines.get(name) ?? {
      ...{ tail: Promise.resolve(), usedAt: 0, loan: 0, seat: -1 },
      dry: undefined,
    };
    this.#lines.set(name, line);
    this.#asked += 1;
    const number = this.#asked;
    const answer = line.tail.then(() =>
      line.dry && number < line.dry.at ? line.dry.answer : this.#arrange(question, line),
    );
    line.tail = answer.catch(() => undefined);
    line.usedAt = Date.now();
    return answer;
  }

  /** Forgets keys about which nobody has asked lately. */
  sweep(now: number): void {
    for (const [name, { usedAt }] of this.#lines) if (now - usedAt > rememberedMs) this.#lines.delete(name);
  }

  async #arrange({ seat, want, need, ...key }: LoanRequest, line: Line): Promise<LoanAnswer> {
    const others = [...this.#lenders()].filter((front) => front.seat !== seat);
    let [lent, left, asked, freeInMs] = [0, 0, 0, key.limiter.windowMs];
    for (const front of others) {
      // Fractions that should add up to a whole may miss it by their rounding.
      if (asked > 0 && lent >= need - 1e-9) break;
      const after = line.seat === front.seat ? line.loan : 0;
      const answer = await front.lend({ ...key, want: want - lent, after }).catch(() => undefined);
      // A front that does not answer has its share to itself, and is looked after elsewhere.
      if (!answer) continue;
      asked += 1;
      lent += answer.lent;
      left += answer.left;
      freeInMs = Math.min(freeInMs, answer.freeInMs);
    }
    line.usedAt = Date.now();
    if (lent > 0) {
      this.#loans += 1;
      line.loan = this.#loans;
      line.seat = seat;
    }
    const all = asked === others.length;
    const answer = { lent, left: all ? left : null, freeInMs, loan: lent > 0 ? line.loan : 0 };
    line.dry = all && lent === 0 ? { answer, at: this.#asked + 1 } : undefined;
    return answer;
  }
}
