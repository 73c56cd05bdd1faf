// `explain`: what the router would do with a request, and why.

import { type Command, InvalidArgumentError } from 'commander';
import type { ExplainQuery, Explanation } from '../../client/client.ts';
import { addAction, addExamples } from '../define-command.ts';

interface ExplainOptions {
  readonly method?: string;
  readonly ip?: string;
  readonly country?: string;
  readonly region?: string;
  readonly cookie?: string;
  readonly header?: Readonly<Record<string, string>>;
  readonly authorized?: boolean;
}

export function addExplain(program: Command): void {
  const command = program
    .command('explain')
    .summary('tell what happens to a request, and why')
    .description(
      'Tells each decision that the router would make about a request, without sending it: which function it finds, what its rules do, which version and instance would have it.',
    )
    .argument('<url>', 'as a visitor would open it')
    .option('-X, --method <method>', 'HTTP method; GET unless given')
    .option('--ip <address>', 'address of the visitor')
    .option('--country <code>', 'where he is: two letters, such as DE')
    .option('--region <name>', 'name or code of the region')
    .option('--cookie <text>', 'his Cookie header')
    .option('-H, --header <name: value>', 'a header of the request; may be given more than once', addHeader)
    .option('--authorized', 'go on as if it had what it takes to be let in');
  addExamples(command, [
    { line: 'selvedge explain http://hello.localhost:8080/', does: 'every decision about it' },
    {
      line: 'selvedge explain https://shop.example/cart --country DE --authorized',
      does: 'for a visitor from Germany, past the credential',
    },
  ]);
  addAction<ExplainOptions, [string]>(command, async (context, options, url) => {
    const { out, client, call } = context;
    const { method, ip, country, region, cookie, header, authorized } = options;
    const query: ExplainQuery = {
      ...{ url, method, ip, country, region, cookie },
      headers: header && JSON.stringify(header),
      authorized: authorized ? 'true' : undefined,
    };
    const told = await context.progress('asking a front', () => client.explain(query, call));
    out.result(told, () => describe(told));
    return undefined;
  });
}

function addHeader(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const colon = text.indexOf(':');
  if (colon <= 0) throw new InvalidArgumentError('It must look like "accept-language: de".');
  return { ...before, [text.slice(0, colon).trim().toLowerCase()]: text.slice(colon + 1).trim() };
}

function describe({ decisions, error, function: found, headers, status }: Explanation): string {
  const width = Math.max(0, ...decisions.map(({ step }) => step.length));
  const lines = decisions.map(({ step, decision }) => `${step.padEnd(width)}  ${decision}`);
  const answer =
    status === null
      ? `"${found?.name}" would answer.`
      : `The router would answer ${status}${error ? '' : ' itself'}.`;
  const set = headers.map(([name, value]) => `  ${name}: ${value}`);
  return [...lines, '', answer, ...(set.length > 0 ? ['It would set', ...set] : [])].join('\n');
}
