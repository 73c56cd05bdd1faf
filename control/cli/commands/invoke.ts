// `functions invoke`: calls a function that is live, and tells what came of it.

import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { Invocation } from '../../client/client.ts';
import { CliError } from '../cli-error.ts';
import { addAction, addExamples } from '../define-command.ts';
import { parseEvent, readEventFile } from '../read-event.ts';

interface InvokeOptions {
  readonly event?: string;
  readonly data?: string;
  readonly method?: string;
  readonly path?: string;
  readonly query?: Record<string, string>;
  readonly header?: Record<string, string>;
}

export function addInvoke(functions: Command): void {
  const command = functions
    .command('invoke')
    .summary('call a function')
    .description(
      'Calls a function, whether it is public or not. Prints the response, and on stderr what the function logged.',
    )
    .argument('<name>', 'name or id of the function')
    .option('--event <file>', 'file with the event, as JSON; - reads stdin')
    .option('--data <json>', 'the event itself, as JSON')
    .option('--method <method>', 'HTTP method; POST unless given')
    .option('--path <path>', 'path below the function; / unless given')
    .option('--query <name=value>', 'a parameter; may be repeated', collect)
    .option('--header <name=value>', 'a header; may be repeated', collect);
  addExamples(command, [
    { line: `selvedge functions invoke my-function --data '{"name": "Ada"}'`, does: 'with an event' },
    { line: 'selvedge functions invoke my-function --event test-event.json', does: 'with one from a file' },
  ]);
  addAction<InvokeOptions, [string]>(command, async (context, options, name) => {
    const { out, client, call } = context;
    if (options.event !== undefined && options.data !== undefined)
      throw new CliError('usage', '--event and --data both say what the event is: give one of them.');
    const event =
      options.data !== undefined
        ? parseEvent('--data', options.data)
        : options.event !== undefined
          ? await readEventFile(context.world, options.event)
          : undefined;
    const { method, path, query, header } = options;
    const body = {
      ...(event !== undefined && { event }),
      ...(method !== undefined && { method }),
      ...(path !== undefined && { path }),
      ...(query && { query }),
      ...(header && { headers: header }),
    };
    try {
      const answer = await context.progress(`calling ${name}`, () =>
        client.functions.invoke(name, body, call),
      );
      if (!out.json) tellLogs(answer.logs ?? []);
      out.result(answer, () => textOf(answer.response));
      return undefined;
    } catch (error) {
      const { logs, code } = error as { logs?: Invocation['logs']; code?: string };
      if (!out.json) tellLogs(logs ?? []);
      // Of the function itself, and not of a request that was wrong.
      if (/^FN_(002|003|004|007|008|010)$/.test(code ?? '')) throw failed(error as Error & { code: string });
      throw error;
    }

    function tellLogs(logs: NonNullable<Invocation['logs']>): void {
      for (const { level, message } of logs) out.note(out.errStyle('dim', `[${level}] ${message}`));
    }
  });
}

function failed(
  error: Error & { code: string; requestId?: string | null; functionStack?: string | null },
): CliError {
  const { message, code, requestId, functionStack } = error;
  return new CliError(
    'function',
    message,
    { code, ...(requestId && { requestId }), ...(functionStack && { stack: functionStack }) },
    error,
  );
}

const textOf = (response: unknown): string =>
  typeof response === 'string' ? response : JSON.stringify(response ?? null, null, 2);

/** `name=value` into what was given before. */
export function collect(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must look like name=value.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}
