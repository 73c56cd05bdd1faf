// A change on the server, and Ctrl-C in the middle of it.
//
// What was sent is not taken back by hanging up: the server carries it out all the same. So after Ctrl-C we
// wait a moment for its answer, in order to say what the state is now, and then end. Whoever does not want to
// wait presses Ctrl-C again.

import { CliError, interruptedBefore } from './cli-error.ts';
import type { CommandContext } from './command-context.ts';

const interruptGraceMs = 5000;

export interface Change<T> {
  /** "The deployment of hello", at the beginning of a sentence. */
  readonly what: string;
  readonly send: () => Promise<T>;
  /** What to say of a change that was finished all the same: how it can be taken back. */
  readonly finished: (result: T) => string;
  /** How to see later how it ended. */
  readonly look: string;
}

export async function carryOut<T>({ world }: CommandContext, change: Change<T>): Promise<T> {
  if (world.interrupted.aborted) throw interruptedBefore();
  const work = change.send();
  let stopWaiting = (): void => {};
  const interrupted = new Promise<'interrupted'>((resolve) => {
    stopWaiting = () => resolve('interrupted');
    world.interrupted.addEventListener('abort', stopWaiting, { once: true });
  });
  const first = await Promise.race([work.then((result) => ({ result })), interrupted]);
  world.interrupted.removeEventListener('abort', stopWaiting);
  if (first !== 'interrupted') return first.result;
  throw new CliError('interrupted', await tellEnd(change, work));
}

async function tellEnd<T>({ what, finished, look }: Change<T>, work: Promise<T>): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(
      () =>
        resolve(
          `Interrupted. ${what} had been sent, and the server is still at it: it will be finished or, should it fail, all will be as before. See \`${look}\`.`,
        ),
      interruptGraceMs,
    );
  });
  const end = work.then(
    (result) =>
      `Interrupted, but too late: ${lower(what)} had been sent, and is finished. ${finished(result)}`,
    (error: unknown) =>
      error instanceof CliError && error.exit === 'interrupted'
        ? error.message
        : `Interrupted. ${what} failed at the same time: ${(error as Error).message} See \`${look}\`.`,
  );
  try {
    return await Promise.race([end, late]);
  } finally {
    clearTimeout(timer);
  }
}

const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
