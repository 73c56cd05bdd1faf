// In which environment a function is made, and what it is called there.

import { ENVIRONMENT_DEFAULT, functionNameIn } from '../model/environment.ts';
import { AppError } from '../model/errors.ts';
import { type CreateFunction, type FunctionRecord, type Kept, nameSchema } from '../model/function.ts';
import { type Place, placeFunction } from '../plan/place-function.ts';
import type { Repositories, Store } from '../store/store.ts';
import type { Catalog } from './catalog.ts';
import { noEnvironment } from './no-environment.ts';

export interface PlacedInput {
  readonly input: CreateFunction & Kept;
  readonly place: Place;
}

/** @throws {AppError} FN_001 for an environment that there is not, FN_006 for a name that gets too long. */
export async function placeNew(
  input: CreateFunction & Kept,
  { store, catalog }: { readonly store: Store; readonly catalog: Catalog },
): Promise<PlacedInput> {
  const { name, project, inEnvironment } = input;
  const known = (await store.environments.list(project)).map((one) => one.name);
  if (inEnvironment === undefined) {
    const place = placeFunction(name, known, (base) => catalog.ofBase(project, base).length > 0);
    return { input, place };
  }
  if (!known.includes(inEnvironment)) throw noEnvironment(project, inEnvironment);
  const whole = functionNameIn(name, inEnvironment);
  const fault = nameSchema.safeParse(whole).error?.issues[0]?.message;
  if (fault !== undefined)
    throw new AppError(
      'FN_006',
      `In ${inEnvironment} the function is called "${whole.slice(0, 120)}", which ${fault}: shorten its name.`,
      { issues: [{ message: fault, path: 'name' }] },
    );
  return { input: { ...input, name: whole }, place: { base: name, environment: inEnvironment } };
}

/** Within the transaction that makes the function: its environment may have been deleted since it was looked up. */
export async function refuseGoneEnvironment(
  tx: Repositories,
  { project, environment }: FunctionRecord,
): Promise<void> {
  if (!(await tx.environments.get(project, environment))) throw noEnvironment(project, environment);
}

/** For the build log, where it is not what somebody who names no environment expects. */
export const tellPlace = ({ environment, base }: Place): string[] =>
  environment === ENVIRONMENT_DEFAULT ? [] : [`environment: ${environment}, of the function ${base}`];

/** A function of an environment has its name from its base; a base that others are called after keeps its own. */
export function refuseRename(before: FunctionRecord, after: FunctionRecord, catalog: Catalog): void {
  if (before.name === after.name) return;
  const { name, project, base, environment } = before;
  if (environment !== ENVIRONMENT_DEFAULT)
    throw new AppError(
      'FN_006',
      `"${name}" is ${base} in ${environment}, and has its name from that: make a function of the other name there, and delete this one.`,
    );
  const others = catalog.ofBase(project, base).filter(({ record }) => record.id !== before.id);
  const other = others[0]?.record;
  if (other)
    throw new AppError(
      'FN_006',
      `"${name}" is in ${other.environment} too, as "${other.name}", which would no longer be its: delete that one first, or make a function of the other name.`,
      { status: 409 },
    );
}
