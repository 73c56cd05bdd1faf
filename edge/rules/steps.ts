// The steps of the rules, in their order. Whoever is refused is so by the cheapest step that can, and what needs to
// know who it is comes after the one that says so.

import { botsStep } from './bots/keep-bots-out.ts';
import { cacheStep } from './cache/cache-step.ts';
import { corsStep } from './cors/answer-preflight.ts';
import { csrfStep } from './csrf/check-csrf.ts';
import { experiments } from './experiments/experiments-step.ts';
import { geoStep } from './geo/geo-step.ts';
import { requestHeadersStep, responseHeadersStep } from './headers/change-headers.ts';
import { injectStep } from './inject/change-page.ts';
import { ipStep } from './ip/keep-out.ts';
import { earlyRateLimits, rateLimits } from './rate-limits/keep-rates.ts';
import { redirectsStep } from './redirects/send-elsewhere.ts';
import { regionsStep } from './regions/choose-region-step.ts';
import { rewriteStep } from './rewrite/change-path.ts';
import { sizeStep } from './size/keep-size.ts';
import type { StepMaker } from './step.ts';
import { tlsStep } from './tls/step.ts';
import { webhook } from './webhook/webhook-step.ts';

/**
 * Changes of answers, TLS, ip lists, bots, sizes, geo refusals, limits that come first, CORS, redirects. CORS comes before
 * redirects: a browser takes a preflight that is sent elsewhere for a failure, and follows a redirect from a page only if
 * that page may read it.
 */
export const BEFORE_AUTH: readonly StepMaker[] = [
  responseHeadersStep,
  tlsStep,
  ipStep,
  botsStep,
  sizeStep,
  geoStep,
  earlyRateLimits,
  corsStep,
  redirectsStep,
];

/** webhook signatures, CSRF, rate limits, experiments, rewrites, headers, cache, injection, and where it is answered. */
export const AFTER_AUTH: readonly StepMaker[] = [
  webhook,
  csrfStep,
  rateLimits,
  experiments,
  rewriteStep,
  requestHeadersStep,
  injectStep,
  // Within the injection: what is kept is what the function answered, so that a change of the rule shows at once.
  cacheStep,
  regionsStep,
];
