// Statuses of answers as rules name them: 404, "5xx", "400-499".

import { z } from 'zod';

export const statusSchema = z.union([
  z.int().min(200).max(599),
  z.string().regex(/^([2-5]xx|[2-5]\d\d-[2-5]\d\d)$/, 'must be a status such as 404, "5xx" or "400-499"'),
]);

/** First and last. */
export function readStatusRange(status: number | string): readonly [number, number] {
  if (typeof status === 'number') return [status, status];
  if (status.endsWith('xx')) return [Number(status[0]) * 100, Number(status[0]) * 100 + 99];
  const [first = 0, last = 0] = status.split('-').map(Number);
  return [first, last];
}
