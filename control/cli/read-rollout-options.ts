// The options of `rollout start` as the API takes them. Pure; what a number may be is the server's to say.

import type { StartRolloutInput } from '../client/client.ts';
import { CliError } from './cli-error.ts';

export interface RolloutOptions {
  readonly strategy: StartRolloutInput['strategy'];
  readonly steps?: string;
  readonly wait?: string;
  readonly maxErrors?: string;
  readonly errorsTimes?: string;
  readonly maxP95?: string;
  readonly p95Times?: string;
  readonly minRequests?: string;
  /** False for --no-guard. */
  readonly guard: boolean;
  readonly message?: string;
}

/** @throws {CliError} for what is no number, and for a guard that is asked for and refused at once. */
export function readRolloutOptions(options: RolloutOptions): Omit<StartRolloutInput, 'version'> {
  const guard = readGuard(options);
  return {
    strategy: options.strategy,
    ...(options.steps !== undefined && { steps: readSteps(options.strategy, options.steps) }),
    ...(options.wait !== undefined && {
      wait_seconds: options.wait === 'command' ? null : number('--wait', options.wait),
    }),
    ...(guard !== undefined && { guard }),
    ...(options.message !== undefined && { message: options.message }),
  };
}

function readGuard(options: RolloutOptions): StartRolloutInput['guard'] {
  const rate = {
    ...(options.maxErrors !== undefined && { max: number('--max-errors', options.maxErrors) }),
    ...(options.errorsTimes !== undefined && { relative: number('--errors-times', options.errorsTimes) }),
  };
  const p95 = {
    ...(options.maxP95 !== undefined && { max_ms: number('--max-p95', options.maxP95) }),
    ...(options.p95Times !== undefined && { relative: number('--p95-times', options.p95Times) }),
  };
  const rules = {
    ...(Object.keys(rate).length > 0 && { error_rate: rate }),
    ...(Object.keys(p95).length > 0 && { p95 }),
  };
  const asked = Object.keys(rules).length > 0;
  if (!options.guard) {
    if (asked || options.minRequests !== undefined)
      throw new CliError('usage', '--no-guard leaves nothing to hold the version to: leave the limits out.');
    return null;
  }
  if (!asked) {
    if (options.minRequests === undefined) return undefined;
    throw new CliError('usage', '--min-requests is of a guard: give a limit too, such as --max-errors 5.');
  }
  return {
    ...rules,
    ...(options.minRequests !== undefined && { min_requests: number('--min-requests', options.minRequests) }),
  };
}

function readSteps(strategy: RolloutOptions['strategy'], text: string): number | number[] {
  const steps = text.split(',').map((step) => number('--steps', step.trim()));
  return strategy === 'rolling' && steps.length === 1 && steps[0] !== undefined ? steps[0] : steps;
}

function number(option: string, text: string): number {
  const value = Number(text);
  if (text !== '' && Number.isFinite(value)) return value;
  throw new CliError('usage', `${option} is "${text.slice(0, 80)}", which is no number.`);
}
