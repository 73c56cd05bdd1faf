// Refuses experiments that could not be carried out: set differently at two places, or with a variant that leads to what is
// not there. Versions are stored by their full id, as rules outlive what digits mean.

import { AppError } from '../../model/errors.ts';
import type { FunctionRecord } from '../../model/function.ts';
import type { Experiment, Variant } from '../../model/rules/experiments.ts';
import { functionNamesIn } from '../../plan/rules/function-names.ts';
import type { Store } from '../../store/store.ts';
import type { Catalog, CatalogEntry } from '../catalog.ts';
import { findVersion } from '../versions.ts';
import { experimentsOf, listsOf } from './find-experiments.ts';

export interface CheckOptions {
  readonly catalog: Pick<Catalog, 'get' | 'named'>;
  readonly store: Store;
}

/** @throws {AppError} FN_006 naming the experiment and what is wrong with it. */
export async function checkExperiments(
  options: CheckOptions,
  record: FunctionRecord,
): Promise<FunctionRecord> {
  if (listsOf(record).every(({ list }) => list.length === 0)) return record;
  refuseUnlike(record);
  const resolve = async (list: readonly Experiment[] | undefined) =>
    list && Promise.all(list.map((experiment) => withVersions(options, record, experiment)));
  const experiments = await resolve(record.rules.experiments);
  const routes = await Promise.all(
    record.routes.map(async (route) => {
      const own = await resolve(route.rules?.experiments ?? undefined);
      return own ? { ...route, rules: { ...route.rules, experiments: own } } : route;
    }),
  );
  return { ...record, routes, rules: { ...record.rules, ...(experiments && { experiments }) } };
}

/** Two places of one function may share an experiment, such as a page and its form. */
function refuseUnlike(record: FunctionRecord): void {
  const all = listsOf(record).flatMap(({ list }) => list);
  for (const { experiment, places } of experimentsOf(record)) {
    const texts = all.filter(({ name }) => name === experiment.name).map((one) => JSON.stringify(one));
    if (new Set(texts).size < 2) continue;
    const where = places.map((place) => place ?? 'the function').join(', ');
    throw refusal(
      experiment,
      `is set differently in ${where}: say the same everywhere, or give one another name`,
    );
  }
}

async function withVersions(
  options: CheckOptions,
  record: FunctionRecord,
  experiment: Experiment,
): Promise<Experiment> {
  const variants = await Promise.all(
    experiment.variants.map(async (variant): Promise<Variant> => {
      const other =
        variant.function === undefined ? undefined : otherFunction(options, record, experiment, variant);
      if (variant.version === undefined) return variant;
      const version = await versionOf(options, other?.record ?? record, experiment, variant);
      return { ...variant, version };
    }),
  );
  return { ...experiment, variants };
}

function otherFunction(
  { catalog }: CheckOptions,
  record: FunctionRecord,
  experiment: Experiment,
  { name, function: other = '' }: Variant,
): CatalogEntry {
  for (const called of functionNamesIn(other, record.environment)) {
    const entry = catalog.named(record.project, called);
    if (entry) return entry;
  }
  throw refusal(
    experiment,
    `leads with "${name}" to the function "${other}", which project "${record.project}" does not have: make it first`,
  );
}

/** An alias stays one, as its owner may move it. */
async function versionOf(
  { catalog, store }: CheckOptions,
  of: FunctionRecord,
  experiment: Experiment,
  { name, version = '' }: Variant,
): Promise<string> {
  if (catalog.get(of.id)?.aliases.has(version)) return version;
  try {
    return (await findVersion(store, of.id, version)).id;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw refusal(
      experiment,
      `leads with "${name}" to the version "${version}", which "${of.name}" does not have: name one by its id, 8 digits or more of it, or an alias`,
    );
  }
}

function refusal({ name }: Experiment, why: string): AppError {
  const message = `The experiment "${name}" ${why}.`;
  return new AppError('FN_006', message, { issues: [{ message, path: 'rules.experiments' }] });
}
