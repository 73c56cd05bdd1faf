// What a function's limiters have counted, asked of all fronts, and letting somebody in again at all of them.

import type { LimiterCounters, ResetAnswer, ResetRequest } from '../../../edge/contract/front-api.ts';
import { AppError } from '../../model/errors.ts';
import type { FunctionRecord } from '../../model/function.ts';
import type { RateLimiter } from '../../model/rules/rate-limits.ts';
import { rulesOfRoute } from '../../model/rules.ts';
import { compileRateLimits } from '../../plan/rules/compile-rate-limits.ts';
import type { RateLimiterView } from '../platform-views.ts';

export interface CountingFront {
  readonly id: string;
  limiterCounters(functionId: string): Promise<readonly LimiterCounters[]>;
  resetLimit(question: ResetRequest): Promise<ResetAnswer>;
}

type Rated = Pick<FunctionRecord, 'id' | 'name' | 'rules' | 'routes'>;

export class RateLimitCounters {
  readonly #fronts: () => Iterable<CountingFront>;

  constructor(fronts: () => Iterable<CountingFront>) {
    this.#fronts = fronts;
  }

  /** @throws {AppError} FN_008 when a front does not answer. */
  async of(record: Rated): Promise<RateLimiterView[]> {
    const counted = await this.#ask((front) => front.limiterCounters(record.id));
    return limitersOf(record).map(({ limiter, id }) => {
      const counters = counted.flat().filter((one) => one.id === id);
      const sum = (field: 'allowed' | 'refused' | 'asked'): number =>
        counters.reduce((all, one) => all + one[field], 0);
      return {
        limiter,
        ...{ allowed: sum('allowed'), refused: sum('refused'), asked: sum('asked') },
        keys: Math.max(0, ...counters.map(({ keys }) => keys)),
      };
    });
  }

  /** @throws {AppError} FN_001 when nobody has counted anything of that key. */
  async reset(record: Rated, name: string, key: string): Promise<void> {
    if (!limitersOf(record).some(({ limiter }) => limiter.name === name))
      throw new AppError(
        'FN_001',
        `Function "${record.name}" has no rate limit "${name}": GET /functions/${record.name}/rate-limits lists them.`,
      );
    const answers = await this.#ask((front) => front.resetLimit({ function: record.id, name, key }));
    if (answers.some(({ known }) => known)) return;
    throw new AppError(
      'FN_001',
      `The rate limit "${name}" of function "${record.name}" has counted nothing of the key ${JSON.stringify(key)}: parts of a key are joined by "|", and an IPv6 address is its network, as in "2001:db8:1:2::/64".`,
    );
  }

  #ask<T>(question: (front: CountingFront) => Promise<T>): Promise<T[]> {
    return Promise.all(
      [...this.#fronts()].map(async (front) => {
        try {
          return await question(front);
        } catch (cause) {
          throw new AppError(
            'FN_008',
            `${front.id} did not answer when it was asked for its rate limits; try again.`,
            { retryAfterSeconds: 1 },
            cause,
          );
        }
      }),
    );
  }
}

/** Of the function and of its routes, each once. */
function limitersOf({ rules, routes }: Rated): { limiter: RateLimiter; id: string }[] {
  const sections = [rules, ...routes.map((route) => rulesOfRoute(rules, route.rules))];
  const all = new Map<string, RateLimiter>();
  for (const { rate_limits = [] } of sections)
    compileRateLimits(rate_limits).forEach(({ id }, index) => {
      const limiter = rate_limits[index];
      if (limiter && !all.has(id)) all.set(id, limiter);
    });
  return [...all].map(([id, limiter]) => ({ id, limiter }));
}
