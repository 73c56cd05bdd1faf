import { expect } from 'vitest';
import type { TourReport } from './client-tour.ts';

/** What the tour reports wherever the client works. */
export function expectTour(report: TourReport): void {
  expect(report).toEqual({
    created: 'deployed',
    response: { sum: 5 },
    printed: 'adding 2 3',
    error: { name: 'SelvedgeError', code: 'FN_004', stack: expect.stringMatching(/index\.\w+:4:\d+/) },
    followed: 'adding 4 4',
    missing: 'FN_001',
    timeouts: ['FN_002', 'CLIENT_TIMEOUT'],
    listed: ['adder'],
  });
}
