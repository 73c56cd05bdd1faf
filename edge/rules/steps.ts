// The steps of the rules, in their order. Whoever is refused is so by the cheapest step that can, and what needs to
// know who it is comes after the one that says so.

import { earlyRateLimits, rateLimits } from './rate-limits/keep-rates.ts';
import { regionsStep } from './regions/choose-region-step.ts';
import type { StepMaker } from './step.ts';
import { tlsStep } from './tls/step.ts';

/** ip lists, bots, sizes, geo refusals, redirects, CORS preflight, limits that come first. */
export const BEFORE_AUTH: readonly StepMaker[] = [earlyRateLimits, tlsStep];

/** webhook signatures, CSRF, rate limits, experiments, rewrites, headers, cache, injection, and where it is answered. */
export const AFTER_AUTH: readonly StepMaker[] = [rateLimits, regionsStep];
