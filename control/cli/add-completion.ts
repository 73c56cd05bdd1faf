// Shell completion: `completion <shell>` prints a script, which asks `complete -- …` at each Tab. The words are
// those of the commands themselves, and the names of functions if the platform answers at once.

import type { RootCommand } from '@bomb.sh/tab';
import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import { addExamples } from './define-command.ts';

/** The script asks for this function of the package bash-completion, which not every machine has. */
const BASH_PRELUDE = `if ! declare -F _get_comp_words_by_ref >/dev/null; then
  _get_comp_words_by_ref() {
    cur=\${COMP_WORDS[COMP_CWORD]}
    prev=\${COMP_WORDS[COMP_CWORD - 1]}
    words=("\${COMP_WORDS[@]}")
    cword=$COMP_CWORD
  }
fi
`;

/** Call it when all other commands are there: it reads them. */
export function addCompletion(program: Command): RootCommand {
  const completion = tab(program, { completionCommandName: 'completion' });
  const command = program.commands.find((one) => one.name() === 'completion');
  if (!command) throw new Error('there is no completion command');
  command
    .summary('print a script for completion in a shell')
    .description('Prints the script that completes commands, options and names of functions in a shell.')
    .action((shell: string) => {
      if (shell === 'bash') process.stdout.write(BASH_PRELUDE);
      completion.setup('selvedge', 'selvedge', shell);
    });
  addExamples(command, [
    { line: 'source <(selvedge completion bash)', does: 'in ~/.bashrc' },
    { line: 'source <(selvedge completion zsh)', does: 'in ~/.zshrc, after compinit' },
    { line: 'selvedge completion fish | source', does: 'in ~/.config/fish/config.fish' },
  ]);
  shorten(program, completion);
  return completion;
}

/** A list of choices has room for a few words each; and the options of every command are each command's. */
function shorten(program: Command, completion: RootCommand): void {
  for (const [path, entry] of completion.commands) {
    let command: Command | undefined = program;
    for (const name of path.split(' ')) command = command?.commands.find((one) => one.name() === name);
    if (!command) continue;
    entry.description = command.summary();
    for (const option of program.options) {
      const name = option.long?.replace(/^--/, '');
      if (name === undefined || name === 'version') continue;
      if (option.required) entry.option(name, option.description, () => {});
      else entry.option(name, option.description);
    }
  }
}

/** Arguments that are called `name` and mean a function that is there already. */
export function completeNames(completion: RootCommand, names: readonly string[]): void {
  for (const [path, command] of completion.commands) {
    const argument = command.arguments.get('name');
    if (argument && path !== 'functions init')
      argument.handler = (complete) => {
        for (const name of names) complete(name, 'function');
      };
  }
}
