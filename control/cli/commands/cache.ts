// `cache`: what is kept of the answers of functions, and forgetting it.

import type { Command } from 'commander';
import type { Cache } from '../../client/client.ts';
import { CliError } from '../cli-error.ts';
import { addAction, addExamples } from '../define-command.ts';
import { renderTable } from '../render-table.ts';

export function addCache(program: Command): void {
  const cache = program
    .command('cache')
    .summary('show and forget what is kept of answers')
    .description('Shows what is kept of the answers of functions, and how often that was used.');
  addExamples(cache, [{ line: 'selvedge cache', does: 'each function with its entries, hits and misses' }]);
  addAction<object, []>(cache, async (context) => {
    const { out, client, call } = context;
    const kept = await context.progress('asking the cache', () => client.cache.get(call));
    out.result(kept, () =>
      [
        `${kept.entries} entries, ${mebibytes(kept.size_bytes)} of ${mebibytes(kept.limit_bytes)}`,
        ...renderFunctions(kept.functions),
      ].join('\n'),
    );
    return undefined;
  });
  addPurge(cache);
}

interface PurgeOptions {
  readonly function?: string;
  readonly page?: readonly string[];
  readonly tag?: readonly string[];
  readonly prefix?: readonly string[];
  readonly everything?: true;
}

function addPurge(cache: Command): void {
  const command = cache
    .command('purge')
    .summary('forget what is kept')
    .description(
      'Forgets answers by exactly one of URL, tag, prefix of URLs, and everything: of one function, of the project that is named, or of all that the token is for. When it says so, no front gives any of it.',
    )
    .option('--function <name>', 'forget answers of this function only')
    .option('--page <url...>', 'forget the answers of these URLs')
    .option('--tag <tag...>', 'forget answers with one of these tags')
    .option('--prefix <url...>', 'forget the answers of URLs that begin so, as in hello.localhost:8080/img/')
    .option('--everything', 'forget all that is kept');
  addExamples(command, [
    { line: 'selvedge cache purge --tag products', does: 'what functions answered with Cache-Tag: products' },
    { line: 'selvedge cache purge --function hello --everything', does: 'all that is kept of one function' },
  ]);
  addAction<PurgeOptions, []>(command, async (context, options) => {
    const { out, client, call } = context;
    const { page, tag, prefix, everything, function: name } = options;
    const ways = {
      ...(page && { urls: [...page] }),
      ...(tag && { tags: [...tag] }),
      ...(prefix && { prefixes: [...prefix] }),
      ...(everything && { everything }),
    };
    if (Object.keys(ways).length !== 1)
      throw new CliError('usage', 'Give exactly one of --page, --tag, --prefix and --everything.');
    const { project } = context.shared;
    const what = {
      ...(project !== undefined && { project }),
      ...(name !== undefined && { function: name }),
      ...ways,
    };
    const gone = await context.progress('forgetting', () => client.cache.purge(what, call));
    out.result(gone, () => `${gone.purged} ${gone.purged === 1 ? 'entry is' : 'entries are'} forgotten.`);
    return undefined;
  });
}

type Kept = Cache['functions'];

const renderFunctions = (functions: Kept): string[] =>
  functions.length === 0
    ? []
    : [
        renderTable(
          ['FUNCTION', 'PROJECT', 'ENTRIES', 'SIZE', 'HITS', 'MISSES'],
          functions.map(({ name, project, entries, bytes, hits, misses }) => [
            name,
            project,
            String(entries),
            mebibytes(bytes),
            String(hits),
            String(misses),
          ]),
        ),
      ];

const mebibytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
