// From what is known of a process's end to why it ended. Pure, so that each way can be tested without a process.

import { memoryMb as memoryLimits } from '../model/limits.ts';
import type { EndCause } from './end-cause.ts';
import type { ExitInfo } from './managed-process.ts';

export interface EndFacts {
  /** Set by whoever killed it for what it did. */
  readonly condemned: EndCause | undefined;
  /** Whether the memory limit ended it. */
  readonly exceededMemory: boolean;
  readonly memoryMb: number;
  readonly exit: ExitInfo;
  /** The end of its console; undefined if it wrote nothing. */
  readonly lastWords: string | undefined;
}

/** A shell, and bubblewrap, exit with this much more than the signal that ended what they ran. */
const SIGNALLED = 128;
const SIGNALS: Readonly<Record<number, string>> = {
  4: 'SIGILL',
  5: 'SIGTRAP',
  6: 'SIGABRT',
  9: 'SIGKILL',
  11: 'SIGSEGV',
};

export function whyEnded({ condemned, exceededMemory, memoryMb, exit, lastWords }: EndFacts): EndCause {
  if (condemned) return condemned;
  if (exceededMemory || ranOutOfHeap(exit, lastWords)) {
    return { code: 'FN_003', message: memoryMessage(memoryMb) };
  }
  const signal = signalOf(exit);
  const how = signal ?? (exit.code === null ? 'how is not known' : `exit ${exit.code}`);
  const killed = signal === 'SIGKILL';
  return {
    code: 'FN_004',
    message: killed
      ? `The function's instance was killed from outside (${how}), perhaps as the machine is short of memory; the next request gets another.`
      : `The function's instance ended by itself (${how}) while it had the request; its log may say why. The next request gets another.`,
    ...((killed || isUnknown(exit)) && { outside: true }),
  };
}

export function memoryMessage(memoryMb: number): string {
  const cure =
    memoryMb < memoryLimits.max
      ? `Keep less at a time, or raise "memory" (at most ${memoryLimits.max})`
      : 'Keep less at a time';
  return `The function used more than its memory of ${memoryMb} MB and its instance was ended. ${cure}.`;
}

/**
 * V8 gave up by itself, which it does with exit code 1, SIGABRT or SIGTRAP after a report that begins with a line
 * of its own. A function's own lines can't look like it: the harness writes them as JSON.
 */
function ranOutOfHeap(exit: ExitInfo, lastWords: string | undefined): boolean {
  const gaveUp = exit.code === 1 || ['SIGABRT', 'SIGTRAP'].includes(signalOf(exit) ?? '') || isUnknown(exit);
  return gaveUp && tellsOfFullHeap(lastWords ?? '');
}

export const tellsOfFullHeap = (words: string): boolean =>
  /^<--- Last few GCs --->|heap out of memory$|Reached heap limit/m.test(words);

function signalOf({ code, signal }: ExitInfo): string | undefined {
  if (signal !== null) return signal;
  return code !== null && code > SIGNALLED
    ? (SIGNALS[code - SIGNALLED] ?? `signal ${code - SIGNALLED}`)
    : undefined;
}

/** Of an adopted process nobody hears how it ended. */
const isUnknown = ({ code, signal }: ExitInfo): boolean => code === null && signal === null;
