// What people ask of experiments: what there are, what they have shown, and a look at one variant. They are set with the
// rules of their function.

import { type Preview, signPreview } from '../../../edge/contract/preview-token.ts';
import { visitorDigest } from '../../../edge/contract/visitor-digest.ts';
import { type Caller, inScope } from '../../model/access.ts';
import { ENVIRONMENT_DEFAULT } from '../../model/environment.ts';
import { AppError } from '../../model/errors.ts';
import type { FunctionRecord } from '../../model/function.ts';
import { sumCounts, summarizeVariants } from '../../plan/experiments/summarize-variants.ts';
import type { Store } from '../../store/store.ts';
import { type EdgeAddress, urlsOf } from '../addresses.ts';
import { functionEntry } from '../audit-entry.ts';
import type { Catalog } from '../catalog.ts';
import type { ExperimentCollector } from './collect-experiments.ts';
import type {
  ConversionInput,
  ExperimentOperations,
  ExperimentRef,
  ExperimentResult,
  ExperimentView,
  PreviewInput,
  PreviewView,
} from './experiment-views.ts';
import { experimentsOf, type FoundExperiment } from './find-experiments.ts';

export interface ExperimentsOptions {
  readonly catalog: Pick<Catalog, 'all'>;
  readonly store: Store;
  readonly collector: Pick<ExperimentCollector, 'collect' | 'startOver'>;
  readonly edge: EdgeAddress;
  /** With which previews are signed, in base64. */
  readonly previewKey: string;
}

export class Experiments implements ExperimentOperations {
  readonly #options: ExperimentsOptions;

  constructor(options: ExperimentsOptions) {
    this.#options = options;
  }

  listExperiments(
    { actor }: Caller,
    { project, environment }: Pick<ExperimentRef, 'project' | 'environment'>,
  ): ExperimentView[] {
    return [...this.#options.catalog.all()]
      .filter(({ record }) => inScope(actor.projects, record.project))
      .filter(({ record }) => project === undefined || record.project === project)
      .filter(({ record }) => environment === undefined || record.environment === environment)
      .flatMap(({ record }) => experimentsOf(record))
      .map(viewOf)
      .toSorted((a, b) => compare(a.project, b.project) || compare(a.experiment.name, b.experiment.name));
  }

  async getExperiment(by: Caller, ref: ExperimentRef): Promise<ExperimentResult> {
    const found = this.#find(by, ref);
    const { store, collector } = this.#options;
    await collector.collect();
    const stored = await store.experiments.read(keyOf(found));
    const names = found.experiment.variants.map(({ name }) => name);
    return {
      ...viewOf(found),
      since: stored?.since ?? null,
      variants: summarizeVariants(sumCounts(names, stored?.counts ?? [])),
    };
  }

  async previewVariant(
    by: Caller,
    ref: ExperimentRef,
    { variant, expiresInSeconds }: PreviewInput,
  ): Promise<PreviewView> {
    const { record, experiment, places } = this.#find(by, ref);
    refuseUnknown(experiment.variants, variant, experiment.name);
    const expiresAt = Math.floor(Date.now() / 1000) + expiresInSeconds;
    const preview: Preview = { function: record.id, experiment: experiment.name, variant, expiresAt };
    const token = await signPreview(preview, this.#options.previewKey);
    const url = urlOf(record, places, this.#options.edge);
    return {
      token,
      url: url && `${url}?selvedge-preview=${token}`,
      expiresAt: new Date(expiresAt * 1000).toISOString(),
    };
  }

  async convertVisitor(
    by: Caller,
    ref: ExperimentRef,
    { visitor, variant }: ConversionInput,
  ): Promise<boolean> {
    const found = this.#find(by, ref);
    if (variant !== undefined) refuseUnknown(found.experiment.variants, variant, found.experiment.name);
    const { store, collector } = this.#options;
    // He may have been seen a moment ago.
    await collector.collect();
    const digest = visitorDigest(found.record.id, found.experiment.name, visitor);
    return store.transaction(async ({ experiments }) => {
      const id = await experiments.open(keyOf(found), new Date().toISOString());
      if (id === undefined) return false;
      if (variant !== undefined) await experiments.addVisitors(id, variant, [digest]);
      return (await experiments.convert(id, [digest])).length === 0;
    });
  }

  async resetExperiment(by: Caller, ref: ExperimentRef): Promise<void> {
    const found = this.#find(by, ref);
    const { store, collector } = this.#options;
    // What was counted until now is what is taken away.
    await collector.collect();
    await store.transaction(async (tx) => {
      await tx.experiments.reset(keyOf(found), new Date().toISOString());
      const changes = { experiment: { old: found.experiment.name } };
      await tx.audit.add(functionEntry(by, 'experiment.reset', found.record, changes));
    });
    await collector.startOver();
  }

  /** What is outside of the caller's projects is as if it were not there. */
  #find({ actor }: Caller, ref: ExperimentRef): FoundExperiment {
    const { name, project = 'default', environment = ENVIRONMENT_DEFAULT } = ref;
    if (inScope(actor.projects, project))
      for (const { record } of this.#options.catalog.all()) {
        if (record.project !== project || record.environment !== environment) continue;
        const found = experimentsOf(record).find(({ experiment }) => experiment.name === name);
        if (found) return found;
      }
    throw new AppError(
      'FN_001',
      `There is no experiment "${name.slice(0, 80)}" in project "${project.slice(0, 80)}", environment "${environment.slice(0, 80)}": GET /experiments lists them, and ?project= and ?environment= name other places.`,
    );
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const keyOf = ({ record, experiment }: FoundExperiment) => ({
  functionId: record.id,
  name: experiment.name,
});

const viewOf = ({ record, experiment, places }: FoundExperiment): ExperimentView => ({
  function: { id: record.id, name: record.name },
  ...{ project: record.project, environment: record.environment, places, experiment },
});

function refuseUnknown(variants: readonly { readonly name: string }[], wanted: string, of: string): void {
  if (variants.some(({ name }) => name === wanted)) return;
  const names = variants.map(({ name }) => `"${name}"`).join(', ');
  throw new AppError(
    'FN_006',
    `variant is "${wanted.slice(0, 80)}", which the experiment "${of}" does not have: there are ${names}.`,
  );
}

/** The function's own address where it holds there, or that of a route with one path at one host. */
function urlOf(record: FunctionRecord, places: readonly (string | null)[], edge: EdgeAddress): string | null {
  if (places.includes(null)) return urlsOf(record, edge)[0] ?? null;
  const plain = places.find((place) => place !== null && /^[^/*:]+(:\d+)?\/[^*:]*\*?$/.test(place));
  return plain ? `http://${plain.replace(/\*$/, '')}` : null;
}
