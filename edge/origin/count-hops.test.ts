import { expect, test } from 'vitest';
import { addHop, countHops } from './count-hops.ts';

test('each platform counts once, others and their parameters do not', () => {
  expect(countHops(null)).toBe(0);
  expect(countHops('fastly, selvedge; id="x", cloudflare, Selvedge,selvedges')).toBe(2);
  expect(countHops(addHop(addHop(addHop('cdn77'))))).toBe(3);
  expect(addHop(null)).toBe('selvedge');
});
