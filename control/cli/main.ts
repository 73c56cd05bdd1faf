// The door of `selvedge`: environment, terminal, signals. Everything else is in run-cli.ts.

import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import manifest from '../../package.json' with { type: 'json' };
import { EXITS } from './exit-codes.ts';
import { explainError } from './explain-error.ts';
import { runCli } from './run-cli.ts';
import type { Sink, Source, World } from './world.ts';

const interruption = new AbortController();
const interrupt = (): void => {
  // A second one does not wait for what the first one asked for.
  if (interruption.signal.aborted) process.exit(EXITS.interrupted.code);
  interruption.abort();
};
process.on('SIGINT', interrupt);
process.on('SIGTERM', interrupt);

// What escapes from an event is a fault of ours; its stack is for who asks.
process.on('uncaughtException', (error) => {
  const { message, details } = explainError(error, undefined);
  const stack = process.env.DEBUG?.includes('selvedge') ? `\n${error.stack}` : '';
  process.stderr.write(`error ${message}\n${details.hint ?? ''}${stack}\n`);
  process.exit(EXITS.fault.code);
});

const sink = (stream: NodeJS.WriteStream): Sink => ({
  write: (line) => void stream.write(line),
  isTerminal: stream.isTTY === true,
});
// A reader that has seen enough, as `head` does, is no error of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXITS.done.code);
    throw error;
  });
}

const stdin: Source = {
  isTerminal: process.stdin.isTTY === true,
  readAll: () => text(process.stdin),
  readLine: async (question, hidden) => {
    process.stderr.write(question);
    // readline echoes what is typed to its output: one that forgets it shows nothing.
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    const lines = createInterface({
      input: process.stdin,
      output: hidden ? nowhere : process.stderr,
      terminal: true,
    });
    lines.on('SIGINT', interrupt);
    try {
      return await lines.question('', { signal: interruption.signal });
    } finally {
      lines.close();
      if (hidden) process.stderr.write('\n');
    }
  },
};

const world: World = {
  env: process.env,
  cwd: process.cwd(),
  stdout: sink(process.stdout),
  stderr: sink(process.stderr),
  stdin,
  interrupted: interruption.signal,
};

const code = await runCli(process.argv.slice(2), world, manifest.version);
// What was written must have left. A connection that is still open, as after Ctrl-C, must not hold the program.
for (const stream of [process.stdout, process.stderr])
  await new Promise<void>((resolve) => void stream.write('', () => resolve()));
process.exit(code);
