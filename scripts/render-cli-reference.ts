// docs/cli.md, from the commands themselves: what commander knows of them, their examples, and the exit codes.

import type { Command, Option } from 'commander';
import { examplesOf } from '../control/cli/define-command.ts';
import { EXITS } from '../control/cli/exit-codes.ts';
import { createProgram } from '../control/cli/program.ts';
import { renderTable } from './render-table.ts';

/** What no command says of itself. */
const INTRODUCTION = `# The command line

<!-- Written by \`npm run docs:cli\` from the commands themselves. Change those, not this page. -->

\`selvedge\` makes, deploys, calls and watches functions. It speaks to the control API and to nothing else. In the root of
a clone \`npx selvedge …\` runs it. In any other folder \`npx\` would ask npm's registry for a package of that name: there give the
path of \`scripts/selvedge.sh\`, or link it into your \`PATH\`, which the examples below and the files that \`init\` makes take for
granted:

\`\`\`sh
ln -s "$PWD/scripts/selvedge.sh" ~/.local/bin/selvedge
\`\`\`

## Which platform, and which token

| what  | the first of these that says so                                                                   |
| ----- | ------------------------------------------------------------------------------------------------- |
| url   | \`--url\`, \`SELVEDGE_URL\`, \`selvedge login\`, \`http://127.0.0.1:9000\`                                |
| token | \`SELVEDGE_TOKEN\`, \`selvedge login\` for this url, \`.selvedge/token\` in this folder or one above it |

So on the machine of a platform, in its directory, nothing has to be set. The token of a login goes only to the url of that
login, and that of a \`.selvedge/token\` only to this machine.

## What it prints

The result goes to stdout, all else to stderr. \`--json\` makes the result JSON; an error is then JSON on stdout too, as
\`{"error": {"code", "message", "hint", …}, "exit_code"}\`, and still a sentence on stderr. Colours and progress are for
terminals; \`NO_COLOR\` or \`--no-color\` turns colours off. \`DEBUG=selvedge\` shows the stack of an error.

## Configuration

\`functions deploy\`, \`dev\` and \`test\` read the first of \`function.config.ts\` (\`.mts\`, \`.js\`, \`.mjs\`, \`.json\`),
\`wrangler.jsonc\`, \`wrangler.json\` and \`wrangler.toml\` in the function's folder. A folder may have none. What runs on this machine
alone, \`dev\` and \`test\`, is told in [dev.md](dev.md).

\`\`\`ts
// function.config.ts
import { defineConfig } from 'selvedge/config';

export default defineConfig({
  runtime: 'nodejs20',
  handler: 'index.handler',
  memory: 512, // MB
  timeout: 30, // seconds
  environment: { NODE_ENV: 'production', API_KEY: '\${secrets.API_KEY}' },
  triggers: [{ type: 'http', path: '/api/users', methods: ['GET', 'POST'] }],
  scaling: { minInstances: 0, maxInstances: 100, targetConcurrency: 10 },
});
\`\`\`

- \`defineConfig\` gives an editor the types; a plain object does as well. Besides these fields it takes \`name\`, \`vpc\` and the
  settings of \`POST /functions\` by the names that they have there (\`public\`, \`egress\`, \`rate_limit\`, …). An unknown field is
  refused by name.
- An \`http\` trigger becomes a route: on every host of the platform, or on the one that is before its path.
- \`\${secrets.X}\` is filled in by the platform from the function's secret \`X\` ([secrets](secrets.md)). Where whoever deploys has
  an environment variable \`X\`, that is set as the secret first. If there is none, nothing is deployed.
- What the platform does not do yet is told by name: a \`database\` trigger beside another one is a warning; as the
  only trigger it is an error, as nothing would call the function; so is \`vpc.enabled: true\`.
- A \`schedule\` trigger becomes one of the function's [crons](schedules.md), in UTC: another \`timezone\` is an error.
- Of a wrangler file, \`name\`, \`main\`, \`compatibility_date\`, \`compatibility_flags\`, \`vars\`, \`route\`, \`routes\` and
  \`triggers.crons\` are used, and the function is public, as Workers are. A key that the code relies on, such as \`kv_namespaces\`, is an error, other keys a warning.

## What is sent

All files of the folder but \`node_modules\`, files that begin with a dot, configuration, tests, \`README.md\`, \`test-event*.json\`,
and what \`.gitignore\` or \`.selvedgeignore\` names. Links are not followed. Dependencies are those of \`package.json\`; the platform
installs them.

## Ctrl-C

Before something was sent, the server is as it was. What was sent is carried out all the same: the command waits up to 5
seconds for the answer, says how it ended, and ends with 130. A second Ctrl-C does not wait.

## Exit codes
`;

export function renderCliReference(): string {
  const { command } = createProgram('0.0.0');
  return `${[INTRODUCTION, exitTable(), '## Options of every command\n', optionTable(command.options), ...leaves(command).map(renderCommand)].join('\n')}`;
}

function exitTable(): string {
  const rows = Object.values(EXITS).map(({ code, means }) => [String(code), means]);
  return renderTable(['code', 'means'], rows);
}

/** Commands that do something, in the order of the help. */
export function leaves(command: Command): Command[] {
  const below = command.createHelp().visibleCommands(command);
  return below.length === 0 ? [command] : below.flatMap(leaves);
}

function renderCommand(command: Command): string {
  const names = pathOf(command);
  const own = command
    .createHelp()
    .visibleOptions(command)
    .filter(({ long }) => long !== '--help');
  const args = command.registeredArguments.filter(({ description }) => description);
  const usage = [names.join(' '), command.usage()].filter(Boolean).join(' ');
  return [
    `## ${names.join(' ')}\n`,
    '```',
    usage,
    '```\n',
    `${command.description()}\n`,
    ...(args.length > 0
      ? [
          renderTable(
            ['argument', 'is'],
            args.map((argument) => [
              `\`${argument.name()}\``,
              argument.description + choices(argument.argChoices),
            ]),
          ),
        ]
      : []),
    ...(own.length > 0 ? [optionTable(own)] : []),
    '```sh',
    ...exampleLines(command),
    '```\n',
  ].join('\n');
}

function exampleLines(command: Command): string[] {
  const examples = examplesOf(command);
  const width = Math.max(...examples.map(({ line }) => line.length));
  return examples.map(({ line, does }) => `${line.padEnd(width)}  # ${does}`);
}

function pathOf(command: Command): string[] {
  return command.parent ? [...pathOf(command.parent), command.name()] : [command.name()];
}

const choices = (given: readonly string[] | undefined): string =>
  given ? `: ${given.map((choice) => `\`${choice}\``).join(', ')}` : '';

const optionTable = (options: readonly Option[]): string =>
  renderTable(
    ['option', 'does'],
    options.map((option) => [
      `\`${option.flags}\``,
      `${option.description}${choices(option.argChoices)}${option.defaultValue === undefined || typeof option.defaultValue === 'boolean' ? '' : ` (${option.defaultValue} unless given)`}`,
    ]),
  );
