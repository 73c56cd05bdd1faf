// `experiments`: which there are, and what they have shown.

import type { Command } from 'commander';
import { addAction, addExamples } from '../define-command.ts';
import { describeExperiment } from '../describe-experiment.ts';
import { renderTable } from '../render-table.ts';

export function addExperiments(program: Command): void {
  const experiments = program
    .command('experiments')
    .summary('what experiments have shown')
    .description(
      'Experiments: variants that visitors get by chance, and what they do then. They are set with `rules` of functions, as in function.config.ts.',
    );
  addList(experiments);
  addShow(experiments);
}

function addList(experiments: Command): void {
  const command = experiments
    .command('list')
    .summary('list experiments')
    .description('Lists the experiments of the project, or of all without one, and where each is set.');
  addExamples(command, [{ line: 'selvedge experiments list --project shop', does: 'those of shop' }]);
  addAction<object, []>(command, async (context) => {
    const { out, client, call } = context;
    const listed = await context.progress('reading the list', () => client.experiments.list(call));
    out.result({ experiments: listed }, () =>
      listed.length === 0
        ? 'There are no experiments.'
        : renderTable(
            ['EXPERIMENT', 'STATUS', 'VARIANTS', 'PROJECT', 'FUNCTION', 'AT'],
            listed.map((one) => [
              ...[one.name, one.winner === null ? one.status : `${one.status}, ${one.winner} won`],
              one.variants.map(({ name, weight }) => `${name}:${weight}`).join(' '),
              ...[one.project, one.function.name],
              one.places.map((place) => place ?? 'all of it').join(' '),
            ]),
          ),
    );
    return undefined;
  });
}

function addShow(experiments: Command): void {
  const command = experiments
    .command('show')
    .summary('show what an experiment has shown')
    .description(
      'Shows visitors, conversions and latencies of each variant, with intervals of 95 percent, and how each compares with the first.',
    )
    .argument('<name>', 'name of the experiment');
  addExamples(command, [{ line: 'selvedge experiments show buttons', does: 'figures of now' }]);
  addAction<object, [string]>(command, async (context, _, name) => {
    const { out, client, call } = context;
    const result = await context.progress('counting', () => client.experiments.get(name, call));
    out.result(result, () => describeExperiment(result));
    return undefined;
  });
}
