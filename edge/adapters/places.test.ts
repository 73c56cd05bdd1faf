import { expect, test, vi } from 'vitest';
import { type Clock, type Place, Places } from './places.ts';

/** A clock that a test moves; each move lets what is asked answer. */
function usePlaces(max: number) {
  const looks = new Map<number, () => void>();
  let now = 1_000_000;
  let made = 0;
  const clock: Clock = {
    now: () => now,
    setInterval: (look) => {
      made += 1;
      looks.set(made, look);
      return made;
    },
    clearInterval: (timer) => looks.delete(timer as number),
  };
  const places = new Places(max, clock);
  const pass = async (): Promise<void> => {
    now += 250;
    for (const look of looks.values()) look();
    await vi.waitFor(() => undefined);
  };
  return { places, pass, looks };
}

/** As workerd leaves a request whose client has gone: nothing of it ever runs again. */
const die = (place: Place): void => {
  place.ask = () => undefined;
};

async function entered(places: Places): Promise<Place> {
  const place = places.enter();
  expect(place).not.toBeInstanceOf(Promise);
  return place;
}

test('up to the limit nobody waits, and one past it does until a place is free', async () => {
  const { places } = usePlaces(2);
  const [first] = [await entered(places), await entered(places)];
  const third = places.enter();
  expect(third).toBeInstanceOf(Promise);
  expect(places.held).toBe(2);
  if (first) places.leave(first);
  await third;
  expect(places.held).toBe(2);
});

test('those who wait come in as they came, and nobody passes them', async () => {
  const { places, looks } = usePlaces(1);
  let holder = await entered(places);
  const order: string[] = [];
  const waiting = ['a', 'b', 'c'].map(async (name) => {
    const place = await places.enter();
    order.push(name);
    return place;
  });
  for (const next of waiting) {
    places.leave(holder);
    holder = await next;
    expect(places.held).toBe(1);
  }
  expect(order).toEqual(['a', 'b', 'c']);
  places.leave(holder);
  expect([places.held, looks.size]).toEqual([0, 0]);
});

test('a place that is left twice is free once', async () => {
  const { places } = usePlaces(1);
  const first = await entered(places);
  places.leave(first);
  await entered(places);
  places.leave(first);
  expect(places.enter()).toBeInstanceOf(Promise);
});

test('the place of a request that is gone is given to who waits, and that of a slow one is not', async () => {
  const { places, pass } = usePlaces(2);
  const [gone, slow] = [await entered(places), await entered(places)];
  const waiter = places.enter();
  if (gone) die(gone);
  for (let look = 0; look < 10; look += 1) await pass();
  await waiter;
  expect(places.held).toBe(2);
  const next = places.enter();
  for (let look = 0; look < 10; look += 1) await pass();
  if (slow) places.leave(slow);
  await next;
});

test('waiters that are gone keep nobody behind them waiting', async () => {
  const { places, pass } = usePlaces(1);
  const holder = await entered(places);
  const asked: Place[] = [];
  const listen = vi.spyOn(Object.getPrototypeOf(holder), 'listen').mockImplementation(function (
    this: unknown,
  ) {
    asked.push(this as Place);
  });
  for (let count = 0; count < 5; count += 1) void places.enter();
  listen.mockRestore();
  expect(asked).toHaveLength(5);
  const last = places.enter();
  for (let look = 0; look < 4; look += 1) await pass();
  places.leave(holder);
  await last;
  expect(places.held).toBe(1);
});
