// What was decided about a request, step by step, for whoever asks. It is noted by the code that decides, so that it
// tells what happens and not what somebody thinks that should.

export interface Decision {
  readonly step: string;
  /** What was decided, in words. */
  readonly decision: string;
  /** The values that it was decided by. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface Trace {
  readonly on: boolean;
  note(step: string, decision: string, details?: Readonly<Record<string, unknown>>): void;
}

/** Nobody has asked. */
export const NO_TRACE: Trace = { on: false, note: () => undefined };

export class KeptTrace implements Trace {
  readonly on = true;
  readonly decisions: Decision[] = [];

  note(step: string, decision: string, details?: Readonly<Record<string, unknown>>): void {
    this.decisions.push({ step, decision, ...(details && { details }) });
  }
}
