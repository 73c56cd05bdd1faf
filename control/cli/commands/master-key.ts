// `master-key`: the key that all secrets of a platform hang on.

import type { Command } from 'commander';
import { addAction, addExamples } from '../define-command.ts';

export function addMasterKey(program: Command): void {
  const masterKey = program
    .command('master-key')
    .summary('the key that secrets are sealed with')
    .description('The key that the secrets of all projects are sealed with in the end.')
    .helpCommand(false);
  const command = masterKey
    .command('rotate')
    .summary('replace it by a new one')
    .description(
      'Replaces the master key, in its file or by running its command again, while functions go on. No secret has to be set again. A copy of the old key opens nothing any more that is stored from now on: make a copy of the new one.',
    );
  addExamples(command, [{ line: 'selvedge master-key rotate', does: 'as an owner of all projects' }]);
  addAction<object, []>(command, async (context) => {
    const { out, client, call } = context;
    const rotation = await context.progress('rotating the master key', () => client.rotateMasterKey(call));
    out.result(
      rotation,
      () =>
        `The master key is ${rotation.to} now, in the place of ${rotation.from}; ${rotation.data_keys} data keys are wrapped with it. Make a copy of it.`,
    );
    return undefined;
  });
}
