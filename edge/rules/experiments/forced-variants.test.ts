import { expect, test } from 'vitest';
import { readForcedHeader } from './forced-variants.ts';
import { PreparedExperiment } from './prepared-experiment.ts';

const experiments = ['buttons', 'prices'].map(
  (name) =>
    new PreparedExperiment({
      ...{ name, status: 'running', winner: null, by: { kind: 'visitor' }, target: null, conversion: null },
      variants: [
        { name: 'blue', weight: 1 },
        { name: 'green', weight: 1 },
      ],
      part: { seed: `share ${name}`, fromBp: 0, toBp: 10_000 },
    }),
);

test('an owner names the variants of several experiments', () => {
  const forced = readForcedHeader('buttons=green , prices = blue', experiments);
  expect([...forced].map(([name, { variant }]) => [name, variant])).toEqual([
    ['buttons', 'green'],
    ['prices', 'blue'],
  ]);
});

test.each([
  ['green', 'The header x-selvedge-variant is "green": it must be "show", or names with variants'],
  ['', 'The header x-selvedge-variant is ""'],
  ['buttons=', 'is "buttons="'],
  [
    'colours=green',
    'names the experiment "colours", which does not hold here: there are "buttons", "prices"',
  ],
  ['buttons=red', 'names the variant "red" of "buttons": there are "blue", "green"'],
])('%s is refused: %s', (header, message) => {
  expect(() => readForcedHeader(header, experiments)).toThrow(message);
});
