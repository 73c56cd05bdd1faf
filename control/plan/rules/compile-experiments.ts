// Experiments as the router reads them. Layers are laid out here: those of one layer divide its hundred percent, in the
// order of the list, so that one which is added at the end moves nobody who takes part in another.

import type {
  ConversionEntry,
  ExperimentEntry,
  ExperimentsEntry,
  KnownBy,
  TargetEntry,
  VariantEntry,
} from '../../../edge/contract/rules/experiments.ts';
import type { RulesEntry } from '../../../edge/contract/rules.ts';
import { ENVIRONMENT_DEFAULT } from '../../model/environment.ts';
import type { Conversion, Experiment, Experiments, Target, Variant } from '../../model/rules/experiments.ts';
import type { Rules } from '../../model/rules.ts';
import { functionNamesIn } from './function-names.ts';

const allBp = 10_000;

interface Place {
  readonly environment?: string | undefined;
}

export function compileExperimentsRule({ experiments }: Rules, { environment }: Place): RulesEntry {
  return experiments?.length ? { experiments: compileExperiments(experiments, environment) } : {};
}

/** `environment` is that of the function whose they are. */
export function compileExperiments(
  experiments: Experiments,
  environment: string = ENVIRONMENT_DEFAULT,
): ExperimentsEntry {
  const taken = new Map<string, number>();
  return experiments.map((experiment): ExperimentEntry => {
    const { name, status, winner, variants, by, target, conversion } = experiment;
    return {
      ...{ name, status, winner: winner ?? null },
      variants: variants.map((variant) => compileVariant(variant, environment)),
      by: knownBy(by),
      part: partOf(experiment, experiments, taken),
      target: target ? compileTarget(target) : null,
      conversion: conversion ? compileConversion(conversion) : null,
    };
  });
}

/** `taken` is what the list before it has had of each layer. */
function partOf(
  { name, layer, share }: Experiment,
  experiments: Experiments,
  taken: Map<string, number>,
): ExperimentEntry['part'] {
  if (layer === undefined) return { seed: `share ${name}`, fromBp: 0, toBp: toBp(share ?? 100) };
  const fromBp = taken.get(layer) ?? 0;
  const toEnd = fromBp + toBp(share ?? shareOfRest(layer, experiments));
  taken.set(layer, toEnd);
  return { seed: `layer ${layer}`, fromBp, toBp: toEnd };
}

/** Those of a layer that say no share have the rest of it in equal parts. */
function shareOfRest(layer: string, experiments: Experiments): number {
  const members = experiments.filter((one) => one.layer === layer);
  const given = members.reduce((sum, { share }) => sum + (share ?? 0), 0);
  return (100 - given) / members.filter(({ share }) => share === undefined).length;
}

/** Not rounded, so that three thirds are the whole. */
const toBp = (percent: number): number => (percent * allBp) / 100;

function compileVariant(
  { name, weight, rewrite, headers, function: other, ...rest }: Variant,
  environment: string,
): VariantEntry {
  return {
    ...{ name, weight, ...rest },
    ...(rewrite && { path: rewrite.path }),
    ...(other !== undefined && { functions: functionNamesIn(other, environment) }),
    ...(headers && { headers: lowerCased(headers) }),
  };
}

function compileTarget({ header, cookie, query, path, ...place }: Target): TargetEntry {
  const somewhere = Object.values(place).some((part) => part !== undefined);
  return {
    ...(somewhere && { place }),
    ...(path !== undefined && { path }),
    ...(header && { header: lowerCased(textsOf(header)) }),
    ...(cookie && { cookie: textsOf(cookie) }),
    ...(query && { query: textsOf(query) }),
  };
}

/** Anything begins with nothing. */
const textsOf = (wanted: Readonly<Record<string, string | true>>): Record<string, string> =>
  Object.fromEntries(Object.entries(wanted).map(([name, value]) => [name, value === true ? '*' : value]));

function compileConversion({ header, ...rest }: Conversion): ConversionEntry {
  return { ...rest, ...(header && { header: { ...header, name: header.name.toLowerCase() } }) };
}

function knownBy(by: Experiment['by']): KnownBy {
  return typeof by === 'object' ? { kind: 'header', name: by.header.toLowerCase() } : { kind: by };
}

const lowerCased = <T>(headers: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
