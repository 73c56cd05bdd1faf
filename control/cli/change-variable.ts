// Sets or deletes a variable or a secret of a function, and says which version is live with it.

import { carryOut } from './carry-out.ts';
import type { CommandContext } from './command-context.ts';
import { short } from './deploy-function.ts';

/** `list` is the command that shows what there is, for who must look whether it was done. */
export async function setVariable(
  context: CommandContext,
  name: string,
  variable: { readonly key: string; readonly value: string; readonly secret: boolean },
  list: string,
): Promise<void> {
  const { out, client } = context;
  const { key } = variable;
  const set = await context.progress(`setting ${key}`, () =>
    carryOut(context, {
      what: `The change of ${key}`,
      send: () => client.functions.env.set(name, variable),
      finished: ({ version }) =>
        version === null ? 'It is set.' : `Version ${short(version)} is live with it.`,
      look: `${list} ${name}`,
    }),
  );
  out.result(set, () => changed(`${key} is set`, name, set.version));
}

export async function deleteVariable(
  context: CommandContext,
  name: string,
  key: string,
  list: string,
): Promise<void> {
  const { out, client } = context;
  const gone = await context.progress(`deleting ${key}`, () =>
    carryOut(context, {
      what: `The deletion of ${key}`,
      send: () => client.functions.env.delete(name, key),
      finished: () => 'It is gone.',
      look: `${list} ${name}`,
    }),
  );
  out.result(gone, () => changed(`${key} is deleted`, name, gone.version));
}

const changed = (what: string, name: string, version: string | null): string =>
  version === null ? `${what}.` : `${what}; version ${short(version)} of ${name} is live.`;
