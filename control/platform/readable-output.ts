// The end of what an instance wrote, for people: the harness's marked lines become the messages that are in them.

import { parseConsole } from '../telemetry/parse-console.ts';

export function readableOutput(words: string): string {
  return parseConsole(words, 0, 0)
    .lines.map(({ message, stack }) => stack ?? message)
    .join('\n');
}
