// Shares of a deployment: percent with up to two decimals for people, basis points within. Integers, so that "the
// shares add up" is an exact check.

import { z } from 'zod';

export const fullShareBp = 10_000;

/** 33.33 is 3333; exact, since a percentage with two decimals is never half a basis point off. */
export const shareBpOf = (percent: number): number => Math.round(percent * 100);
export const percentOf = (shareBp: number): number => shareBp / 100;

export const percentSchema = z
  .number()
  .min(0)
  .max(100)
  .refine((percent) => Math.abs(percent * 100 - shareBpOf(percent)) < 1e-6, {
    error: (issue) => `is ${String(issue.input)}: percent may have two decimals at most`,
  });
