// Shares of traffic: percent for people, basis points (0 to 10,000) for the platform, so that "they sum to all" is exact.

import { z } from 'zod';

export const FULL_SHARE_BP = 10_000;

/** Percent with at most two decimals, 0 to 100. */
export const shareSchema = z
  .number()
  .min(0)
  .max(100)
  .refine(
    (share) => Math.abs(share * 100 - Math.round(share * 100)) < 1e-6,
    'must have at most two decimals',
  );

export const toBasisPoints = (share: number): number => Math.round(share * 100);
export const toPercent = (shareBp: number): number => shareBp / 100;
