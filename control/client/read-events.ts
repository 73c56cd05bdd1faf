// Server-sent events, read off a stream of bytes. Only what our own log stream sends: `event`, `id`, `data`.

import { eventCharactersMax } from './bounds.ts';
import { SelvedgeError } from './selvedge-error.ts';

export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/** Ends when the stream or `signal` does; an event that is not complete by then is dropped, as the format says. */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
  signal?: AbortSignal,
): AsyncGenerator<ServerEvent, void> {
  const reader = body.getReader();
  // Closes the connection. A stream that has failed already has nothing to close.
  const cancel = (): Promise<void> => reader.cancel().catch(() => undefined);
  signal?.addEventListener('abort', cancel);
  if (signal?.aborted) await cancel();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      if (rest.length > eventCharactersMax) throw tooLong();
      const blocks = rest.split(/\r?\n\r?\n/);
      rest = blocks.pop() ?? '';
      yield* blocks.flatMap(readEvent);
    }
  } finally {
    signal?.removeEventListener('abort', cancel);
    // Also when the loop is left early.
    await cancel();
  }
}

/** None for a comment, or for a block without data. */
function readEvent(block: string): ServerEvent[] {
  let event = 'message';
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === 'event') event = value;
    else if (field === 'data') data.push(value);
  }
  return data.length === 0 ? [] : [{ event, data: data.join('\n') }];
}

const tooLong = (): SelvedgeError =>
  new SelvedgeError(
    'CLIENT_ANSWER',
    `An event of the log is longer than ${eventCharactersMax} characters: what answers is no log of Selvedge.`,
  );
