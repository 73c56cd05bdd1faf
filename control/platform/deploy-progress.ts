// What is being done to make a version of a function live, for who asks meanwhile. It is of this moment only: what a
// deployment led to is in the function's record.

/** `building` is said by the record's own status. */
export type DeployStep = 'starting' | 'probing';

export class DeployProgress {
  readonly #steps = new Map<string, DeployStep>();

  of(functionId: string): DeployStep | null {
    return this.#steps.get(functionId) ?? null;
  }

  /** The deployment has come to this step; null when it is over, whichever way it ended. */
  set(functionId: string, step: DeployStep | null): void {
    if (step === null) this.#steps.delete(functionId);
    else this.#steps.set(functionId, step);
  }
}
