// Whose the name of an experiment is: results are asked for by it, so that it is unique in a project and environment. A claim
// stands from before a function is stored until the catalog has it, so that of two that are made at the same time one is refused.

import { AppError } from '../../model/errors.ts';
import type { FunctionRecord } from '../../model/function.ts';
import type { Catalog } from '../catalog.ts';
import { experimentsOf } from './find-experiments.ts';

export class ExperimentNames {
  readonly #catalog: Pick<Catalog, 'all'>;
  readonly #claims = new Set<FunctionRecord>();

  constructor(catalog: Pick<Catalog, 'all'>) {
    this.#catalog = catalog;
  }

  /** @throws {AppError} FN_006 naming the function that has an experiment of that name. */
  async during<T>(record: FunctionRecord, work: () => Promise<T>): Promise<T> {
    this.#refuseTaken(record);
    this.#claims.add(record);
    try {
      return await work();
    } finally {
      this.#claims.delete(record);
    }
  }

  #refuseTaken(record: FunctionRecord): void {
    const names = new Set(experimentsOf(record).map(({ experiment }) => experiment.name));
    if (names.size === 0) return;
    for (const other of this.#others(record)) {
      const taken = experimentsOf(other).find(({ experiment }) => names.has(experiment.name));
      if (!taken) continue;
      const message = `The experiment "${taken.experiment.name}" is one of the function "${other.name}" already, and names are unique in a project: choose another.`;
      throw new AppError('FN_006', message, { issues: [{ message, path: 'rules.experiments' }] });
    }
  }

  *#others({ id, project, environment }: FunctionRecord): Iterable<FunctionRecord> {
    const isBeside = (other: FunctionRecord): boolean =>
      other.id !== id && other.project === project && other.environment === environment;
    for (const { record } of this.#catalog.all()) if (isBeside(record)) yield record;
    for (const claim of this.#claims) if (isBeside(claim)) yield claim;
  }
}
