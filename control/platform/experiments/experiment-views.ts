// What the control API can ask of experiments, and what it is told.

import type { Caller } from '../../model/access.ts';
import type { Experiment } from '../../model/rules/experiments.ts';
import type { VariantSummary } from '../../plan/experiments/summarize-variants.ts';

export interface ExperimentRef {
  readonly name: string;
  /** Defaults to `default`. */
  readonly project?: string | undefined;
  /** Defaults to `prod`. */
  readonly environment?: string | undefined;
}

export interface ExperimentView {
  readonly function: { readonly id: string; readonly name: string };
  readonly project: string;
  readonly environment: string;
  /** Patterns of routes; null is the function itself. */
  readonly places: readonly (string | null)[];
  readonly experiment: Experiment;
}

export interface ExperimentResult extends ExperimentView {
  /** ISO 8601: since when it counts; null while nobody has seen it. */
  readonly since: string | null;
  readonly variants: readonly VariantSummary[];
}

export interface PreviewInput {
  readonly variant: string;
  readonly expiresInSeconds: number;
}

export interface PreviewView {
  readonly token: string;
  /** Null for an experiment that is only on routes without a host of their own. */
  readonly url: string | null;
  readonly expiresAt: string;
}

export interface ConversionInput {
  /** What fronts know him by: a user's id, an address, the value of a header, the key in his cookie. */
  readonly visitor: string;
  /** Of one whom no front has seen. */
  readonly variant?: string | undefined;
}

export interface ExperimentOperations {
  listExperiments(
    by: Caller,
    place: Pick<ExperimentRef, 'project' | 'environment'>,
  ): readonly ExperimentView[];
  getExperiment(by: Caller, ref: ExperimentRef): Promise<ExperimentResult>;
  previewVariant(by: Caller, ref: ExperimentRef, input: PreviewInput): Promise<PreviewView>;
  /** False when nobody of this key has seen a variant. */
  convertVisitor(by: Caller, ref: ExperimentRef, input: ConversionInput): Promise<boolean>;
  /** From now on it counts from nothing. */
  resetExperiment(by: Caller, ref: ExperimentRef): Promise<void>;
}
