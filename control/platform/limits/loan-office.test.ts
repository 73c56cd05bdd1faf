import { expect, test } from 'vitest';
import type { LendAnswer, LendRequest, LoanRequest } from '../../../edge/contract/front-api.ts';
import { type Lender, LoanOffice } from './loan-office.ts';

const question = (seat: number, changes: Partial<LoanRequest> = {}): LoanRequest => ({
  function: 'fn_a',
  limiter: { id: 'l', name: 'l', algorithm: 'fixed', limit: 10, windowMs: 1000, rate: 0 },
  ...{ key: 'k', period: 7, seat, want: 10, need: 1 },
  ...changes,
});

class FakeLender implements Lender {
  readonly seat: number;
  has: number;
  readonly asked: LendRequest[] = [];
  fails = false;
  hold: Promise<void> = Promise.resolve();

  constructor(seat: number, has: number) {
    this.seat = seat;
    this.has = has;
  }

  async lend(asked: LendRequest): Promise<LendAnswer> {
    this.asked.push(asked);
    await this.hold;
    if (this.fails) throw new Error('no answer');
    const lent = Math.min(asked.want, this.has);
    this.has -= lent;
    return { lent, left: this.has, freeInMs: this.has > 0 ? 0 : 300 };
  }
}

test('asks the others one after the other, and stops at the first that has something', async () => {
  const fronts = [new FakeLender(0, 9), new FakeLender(1, 0), new FakeLender(2, 4), new FakeLender(3, 4)];
  const answer = await new LoanOffice(() => fronts).borrow(question(0));
  expect(answer).toMatchObject({ lent: 4, left: null });
  expect(answer.loan).toBeGreaterThan(0);
  expect(fronts.map(({ asked }) => asked.length)).toEqual([0, 1, 1, 0]);
  expect(fronts[1]?.asked[0]).toEqual({
    ...{ function: 'fn_a', key: 'k', period: 7, want: 10, after: 0 },
    limiter: question(0).limiter,
  });
});

test('says what all others have left, and when one of them has something again', async () => {
  const fronts = [new FakeLender(0, 9), new FakeLender(1, 0), new FakeLender(2, 0)];
  const answer = await new LoanOffice(() => fronts).borrow(question(0));
  expect(answer).toEqual({ lent: 0, left: 0, freeInMs: 300, loan: 0 });
});

test('goes on without a front that does not answer, and does not claim to know what that one has', async () => {
  const fronts = [new FakeLender(0, 0), new FakeLender(1, 5), new FakeLender(2, 0)];
  (fronts[1] as FakeLender).fails = true;
  const answer = await new LoanOffice(() => fronts).borrow(question(0));
  expect(answer).toMatchObject({ lent: 0, left: null });
});

test('questions about one key wait for each other, and a front must have its loan before it is asked', async () => {
  const [first, second] = [new FakeLender(0, 0), new FakeLender(1, 5)];
  const held = Promise.withResolvers<void>();
  second.hold = held.promise;
  const office = new LoanOffice(() => [first, second]);
  const one = office.borrow(question(0));
  const two = office.borrow(question(1));
  const other = office.borrow(question(1, { key: 'another' }));
  await other;
  expect(first.asked.map(({ key }) => key)).toEqual(['another']);
  held.resolve();
  const { loan } = await one;
  await two;
  expect(first.asked.map(({ key, after }) => [key, after])).toEqual([
    ['another', 0],
    ['k', loan],
  ]);
});

test('whoever asks while it is found that nobody has anything is told so without asking again', async () => {
  const [first, second] = [new FakeLender(0, 0), new FakeLender(1, 0)];
  const held = Promise.withResolvers<void>();
  second.hold = held.promise;
  const office = new LoanOffice(() => [first, second]);
  const many = Array.from({ length: 20 }, (_, n) => office.borrow(question(n % 2)));
  held.resolve();
  const answers = await Promise.all(many);
  expect(answers.every(({ lent, left }) => lent === 0 && left === 0)).toBe(true);
  expect(first.asked.length + second.asked.length).toBe(1);
  second.has = 3;
  expect((await office.borrow(question(0))).lent).toBe(3);
});

test('keys about which nobody asks any more are forgotten', async () => {
  const fronts = [new FakeLender(0, 0), new FakeLender(1, 5)];
  const office = new LoanOffice(() => fronts);
  await office.borrow(question(0));
  office.sweep(Date.now() + 2000);
  await office.borrow(question(1));
  expect(fronts[0]?.asked[0]?.after).toBe(0);
});
