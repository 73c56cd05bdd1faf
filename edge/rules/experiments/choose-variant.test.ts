import { expect, test } from 'vitest';
import type { ExperimentEntry } from '../../contract/rules/experiments.ts';
import { type Chosen, chooseVariant } from './choose-variant.ts';
import type { Facts } from './match-target.ts';
import { PreparedExperiment } from './prepared-experiment.ts';

const base: ExperimentEntry = {
  ...{
    name: 'buttons',
    status: 'running',
    winner: null,
    by: { kind: 'visitor' },
    target: null,
    conversion: null,
  },
  variants: [
    { name: 'blue', weight: 1 },
    { name: 'green', weight: 1 },
  ],
  part: { seed: 'share buttons', fromBp: 0, toBp: 10_000 },
};
const facts: Facts = { geo: { country: 'DE' }, headers: new Headers(), path: '/', query: '' };

/** `asked` tells whether anybody wanted to know who the visitor is. */
function choose(
  changes: Partial<ExperimentEntry>,
  { key = 'somebody', force }: { key?: string | null; force?: string } = {},
): Chosen & { asked: boolean } {
  let asked = false;
  const chosen = chooseVariant(new PreparedExperiment({ ...base, ...changes }), facts, {
    key: () => {
      asked = true;
      return key;
    },
    forced: () => (force === undefined ? undefined : { variant: force, how: 'by a preview token' }),
  });
  return { ...chosen, asked };
}

test('a visitor has the same variant each time, and is counted by his key', () => {
  const first = choose({});
  expect(first).toMatchObject({ counted: 'somebody', why: 'by visitor' });
  expect(choose({}).variant).toEqual(first.variant);
});

test('nobody is asked for who he is where the experiment is paused, over, or about others', () => {
  for (const changes of [
    { status: 'paused' } as const,
    { status: 'ended' } as const,
    { target: { place: { countries: ['FR'] } } },
  ])
    expect(choose(changes)).toMatchObject({ variant: undefined, counted: null, asked: false });
  expect(choose({ target: { place: { countries: ['FR'] } } }).why).toBe(
    'he is not known to be at the place, with the country DE',
  );
});

test('an ended experiment with a winner gives it to everybody whom it was about, and counts nobody', () => {
  const ended = { status: 'ended', winner: 'green' } as const;
  expect(choose(ended)).toMatchObject({ variant: { name: 'green' }, counted: null, asked: false });
  expect(choose({ ...ended, target: { place: { countries: ['FR'] } } }).variant).toBeUndefined();
});

test('who is sent to a variant gets it, also of a paused experiment and outside of its target, and is not counted', () => {
  const sent = choose({ status: 'paused', target: { place: { countries: ['FR'] } } }, { force: 'green' });
  expect(sent).toMatchObject({ variant: { name: 'green' }, counted: null, why: 'by a preview token' });
  expect(choose({}, { force: 'no-such' }).counted).toBe('somebody');
});

test('who cannot be known takes no part', () => {
  expect(choose({ by: { kind: 'user' } }, { key: null })).toMatchObject({
    variant: undefined,
    why: 'nothing tells who the visitor is: nobody is logged in',
  });
});

test('who is outside of the share takes no part', () => {
  const none = { ...base.part, toBp: 0 };
  expect(choose({ part: none })).toMatchObject({
    variant: undefined,
    why: 'his draw of "share buttons" is not from 0 to 0 of 10000',
  });
});
