// Has a front tell what it would do with a request.

import { type Caller, inScope } from '../model/access.ts';
import { AppError } from '../model/errors.ts';
import type { Front } from '../workerd/front.ts';
import type { ExplainedRequest, Explanation } from './platform.ts';

export class Explainer {
  readonly #fronts: () => readonly Front[];

  constructor(fronts: () => readonly Front[]) {
    this.#fronts = fronts;
  }

  /** @throws {AppError} FN_001 when what would answer is none of the caller's. */
  async explain({ actor }: Caller, request: ExplainedRequest): Promise<Explanation> {
    const [front] = this.#fronts();
    if (!front)
      throw new AppError('SYS_003', 'No front is running yet; try again.', { retryAfterSeconds: 1 });
    const answer = await front.explain(request);
    const mine = answer.function && inScope(actor.projects, answer.function.project);
    // What is another's is as if it were not there, so that nobody learns of it by asking.
    if (mine || actor.projects === null || answer.status === 400) return answer;
    throw new AppError(
      'FN_001',
      `No function of ${actor.projects?.join(', ')} answers at ${request.url.slice(0, 200)}.`,
    );
  }
}
