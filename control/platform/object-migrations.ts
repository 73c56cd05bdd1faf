// What a migration does to classes of Durable Objects: a renamed one keeps its objects, those of a deleted one go.
// A class that is new needs nothing, as it gets its storage when a version with it is deployed.

import type { Caller } from '../model/access.ts';
import { ownObjectClasses } from '../model/binding.ts';
import { AppError } from '../model/errors.ts';
import type { ChangeQueue } from './change-queue.ts';
import type { Objects } from './objects.ts';
import type { FunctionRef, ObjectMigration } from './platform.ts';

export class ObjectMigrations {
  readonly #queue: ChangeQueue;
  readonly #objects: Pick<Objects, 'rename' | 'removeClass'>;
  readonly #ended: (functionId: string) => Promise<void>;

  /** `ended` resolves when no instance of a function is left that takes no more work and still has its objects. */
  constructor(
    queue: ChangeQueue,
    objects: Pick<Objects, 'rename' | 'removeClass'>,
    ended: (functionId: string) => Promise<void>,
  ) {
    this.#ended = ended;
    this.#queue = queue;
    this.#objects = objects;
  }

  /** @throws {AppError} FN_006 for a class that is to be deleted and still bound. */
  apply(by: Caller, ref: FunctionRef, { renamed, deleted }: ObjectMigration): Promise<void> {
    return this.#queue.change(by, ref, async ({ record }) => {
      const bound = ownObjectClasses(record.bindings);
      const inUse = deleted.find((className) => bound.includes(className));
      if (inUse !== undefined)
        throw new AppError(
          'FN_006',
          `The class "${inUse}" is to be deleted and has a binding still: take the binding out, and deploy again.`,
        );
      for (const { from, to } of renamed) await this.#objects.rename(record.id, from, to);
      if (deleted.length > 0) await this.#ended(record.id);
      for (const className of deleted) await this.#objects.removeClass(record.id, className);
    });
  }
}
