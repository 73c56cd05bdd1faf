// `rollout`: moves visitors to another version step by step, and looks after it.

import type { Command } from 'commander';
import type { Client, Rollout } from '../../client/client.ts';
import { carryOut } from '../carry-out.ts';
import { CliError } from '../cli-error.ts';
import type { CommandContext } from '../command-context.ts';
import { addAction, addExamples } from '../define-command.ts';
import { short } from '../deploy-function.ts';
import { describeRollout } from '../describe-rollout.ts';
import { type RolloutOptions, readRolloutOptions } from '../read-rollout-options.ts';

export function addRollout(program: Command): void {
  const rollout = program
    .command('rollout')
    .summary('move visitors to another version step by step')
    .description(
      'Moves visitors to another version step by step, with a guard that brings them back if it fails.',
    );
  addStart(rollout);
  addStatus(rollout);
  addCommand(
    rollout,
    'promote',
    'go to the next step now',
    'Goes to the next step now, whatever the guard says.',
  );
  addCommand(
    rollout,
    'pause',
    'stay at this step',
    'Stays at this step until it is resumed; the guard goes on.',
  );
  addCommand(rollout, 'resume', 'go on after a pause', 'Goes on with a paused rollout.');
  addCommand(rollout, 'abort', 'give everything back', 'Gives everything back to the old version.');
}

function addStart(rollout: Command): void {
  const command = rollout
    .command('start')
    .summary('begin a rollout')
    .description(
      'Begins a rollout to a version that is not live, as `functions deploy --no-live` leaves one. The first step is live when the command ends; the platform goes on by itself.',
    )
    .argument('<name>', 'name or id of the function')
    .argument('<version>', 'id of a version, or its first 8 digits or more')
    .option('--steps <steps>', 'of a canary its percentages, 1,10,50,100; of a rolling one how many')
    .option('--wait <seconds>', 'how long each step is watched, or `command` to wait for `promote`')
    .option('--max-errors <percent>', 'go back when more than this part of its requests fail')
    .option('--errors-times <factor>', 'go back when so many times the old version’s part fails')
    .option('--max-p95 <ms>', 'go back when its 95th percentile of latency is higher')
    .option('--p95-times <factor>', 'go back when that is so many times the old version’s')
    .option('--min-requests <count>', 'how many requests it takes to judge')
    .option('--no-guard', 'let time alone decide')
    .option('--message <text>', 'why, for people');
  command.addOption(
    command
      .createOption('--strategy <strategy>', 'how')
      .choices(['canary', 'rolling', 'blue-green'])
      .default('canary'),
  );
  addExamples(command, [
    { line: 'selvedge rollout start my-function 5f2b1c0d', does: '1, 10, 50 and 100 %, five minutes each' },
    {
      line: 'selvedge rollout start my-function 5f2b1c0d --steps 5,100 --wait 60 --max-errors 1',
      does: 'of your own making',
    },
    {
      line: 'selvedge rollout start my-function 5f2b1c0d --strategy blue-green',
      does: 'beside the old one, until `rollout promote`',
    },
  ]);
  addAction<RolloutOptions, [string, string]>(command, async (context, options, name, version) => {
    const { out, client } = context;
    const body = { version, ...readRolloutOptions(options) };
    const begun = await context.progress(`starting ${short(version)}`, () =>
      carryOut(context, {
        what: `The rollout of ${name}`,
        send: () => client.functions.rollouts.start(name, body),
        finished: () => `It goes on; \`selvedge rollout abort ${name}\` gives everything back.`,
        look: `selvedge rollout status ${name}`,
      }),
    );
    out.result(begun, () => describeRollout(begun));
    return undefined;
  });
}

function addStatus(rollout: Command): void {
  const command = withRollout(
    rollout
      .command('status')
      .summary('show a rollout')
      .description('Shows where a rollout is, and what both versions answered since its step began.'),
  );
  addExamples(command, [{ line: 'selvedge rollout status my-function', does: 'the newest one' }]);
  addAction<object, [string, string | undefined]>(command, async (context, _, name, id) => {
    const shown = await context.progress('asking the server', () => find(context, name, id));
    context.out.result(shown, () => describeRollout(shown));
    return undefined;
  });
}

type Verb = Exclude<keyof Client['functions']['rollouts'], 'start' | 'list' | 'get'>;

function addCommand(rollout: Command, verb: Verb, summary: string, description: string): void {
  const command = withRollout(rollout.command(verb).summary(summary).description(description));
  addExamples(command, [{ line: `selvedge rollout ${verb} my-function`, does: 'the newest rollout' }]);
  addAction<object, [string, string | undefined]>(command, async (context, _, name, given) => {
    const { out, client } = context;
    const { id } = await context.progress('asking the server', () => find(context, name, given));
    const after = await context.progress(`${verb} of ${name}`, () =>
      carryOut(context, {
        what: `The command ${verb}`,
        send: () => client.functions.rollouts[verb](name, id),
        finished: ({ state, share }) => `The rollout is ${state}, at ${share} %.`,
        look: `selvedge rollout status ${name}`,
      }),
    );
    out.result(after, () => describeRollout(after));
    return undefined;
  });
}

const withRollout = (command: Command): Command =>
  command
    .argument('<name>', 'name or id of the function')
    .argument('[rollout]', 'id of a rollout; the newest one unless given');

async function find(
  { client, call }: CommandContext,
  name: string,
  id: string | undefined,
): Promise<Rollout> {
  if (id !== undefined) return client.functions.rollouts.get(name, id, call);
  const { rollouts } = await client.functions.rollouts.list(name, { limit: 1 }, call);
  if (rollouts[0]) return rollouts[0];
  throw new CliError('refused', `${name} has had no rollout.`, {
    hint: `Begin one: \`selvedge rollout start ${name} <version>\`.`,
  });
}
