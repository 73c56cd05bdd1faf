// A function's variables after a change that names them: all of them, or the plain ones.

import type { EnvVariable, Kept, KeptVariable, UpdateFunction } from '../model/function.ts';
import { isItself } from '../model/secret-reference.ts';

/** What is stored of a secret in place of its value. */
export type Seal = (key: string, value: string) => string;

export function environmentAfter(
  before: readonly EnvVariable[],
  { environment, variables }: Pick<UpdateFunction & Kept, 'environment' | 'variables'>,
  seal: Seal,
): readonly EnvVariable[] {
  if (variables) return withExactly(before, variables, seal);
  return environment ? withPlain(before, environment) : before;
}

/** A value that is to be kept and is not there is left out. */
function withExactly(
  before: readonly EnvVariable[],
  variables: readonly KeptVariable[],
  seal: Seal,
): EnvVariable[] {
  const updatedAt = new Date().toISOString();
  const known = new Map(before.map((variable) => [variable.key, variable]));
  return variables.flatMap(({ key, value, secret, json }): EnvVariable[] => {
    const kept = known.get(key);
    if (value === null) return kept ? [kept] : [];
    const same = !secret && kept && kept.value === value && kept.secret === secret && kept.json === json;
    const stored = secret ? seal(key, value) : value;
    return [same ? kept : { key, value: stored, secret, ...(json && { json }), updatedAt }];
  });
}

/** Secrets stay, also where a variable says to be just its own; plain variables become just the given ones. */
function withPlain(
  before: readonly EnvVariable[],
  environment: Readonly<Record<string, string>>,
): EnvVariable[] {
  const updatedAt = new Date().toISOString();
  const secrets = before.filter(({ secret }) => secret);
  return [
    ...secrets.filter(({ key }) => !(key in environment) || isItself(key, environment[key] ?? '')),
    ...Object.entries(environment)
      .filter(([key, value]) => !(isItself(key, value) && secrets.some((secret) => secret.key === key)))
      .map(([key, value]) => ({ key, value, secret: false, updatedAt })),
  ];
}
