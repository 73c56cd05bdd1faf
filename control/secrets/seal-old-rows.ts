// Seals what an older Selvedge stored as it was. Once for each database: in one transaction all rows, and then, where a
// crash may come in between, the files are written anew, so that no free page and no log has what the rows held.

import type { EnvVariable } from '../model/function.ts';
import type { Repositories, Store } from '../store/store.ts';
import type { Vault } from './vault.ts';

export interface SealOldRowsOptions {
  readonly store: Store;
  readonly vault: Vault;
  /** Removes the compiled configs of before, which hold secrets. */
  readonly clearConfigs: () => Promise<void>;
}

type SealedEnv = Pick<EnvVariable, 'key' | 'value' | 'secret'>[];

/** Resolves with how many values were sealed; does nothing where it was done before. */
export async function sealOldRows({ store, vault, clearConfigs }: SealOldRowsOptions): Promise<number> {
  let sealed = 0;
  if (!(await store.sealing.isDone('rows'))) {
    for (const { name } of await store.projects.all()) await vault.prepare(name);
    sealed = await store.transaction((tx) => sealRows(tx, vault));
  }
  if (!(await store.sealing.isDone('files'))) {
    await clearConfigs();
    await store.sealing.rewriteFiles();
    await store.sealing.done('files', new Date().toISOString());
  }
  return sealed;
}

async function sealRows(tx: Repositories, vault: Vault): Promise<number> {
  let sealed = 0;
  // The same value in a version is the same text there, so that it is known which number the version has.
  const texts = new Map<string, string>();
  const seal = (project: string, name: string, value: string): string => {
    const known = JSON.stringify([project, name, value]);
    const text = texts.get(known) ?? vault.seal(project, name, value);
    texts.set(known, text);
    sealed += 1;
    return text;
  };
  const at = new Date().toISOString();
  for (const { project, functionId, key, value, updatedAt } of await tx.sealing.oldVariables()) {
    const text = seal(project, key, value);
    await tx.sealing.putVariable({ functionId, key, value: text });
    await tx.secretVersions.add(functionId, {
      ...{ name: key, value: text, createdAt: updatedAt },
      author: 'not recorded',
    });
  }
  for (const { project, settings, ...version } of await tx.sealing.oldSettings()) {
    const parsed = JSON.parse(settings) as { readonly env: SealedEnv };
    const env = parsed.env.map((variable) => {
      if (!variable.secret) return variable;
      return { ...variable, value: seal(project, variable.key, variable.value) };
    });
    await tx.sealing.putSettings({ ...version, settings: JSON.stringify({ ...parsed, env }) });
  }
  await tx.sealing.done('rows', at);
  return sealed;
}
