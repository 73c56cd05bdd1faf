// What experiments of one list cannot be together: two of one name, more of a layer than there is, and two that change
// the same thing of the same request, of which nobody could say what was measured.

import type { Experiment } from './experiments.ts';

export interface Refused {
  readonly path: (string | number)[];
  readonly message: string;
}

export function refuseAmbiguousExperiments(experiments: readonly Experiment[]): Refused[] {
  return [...twiceNamed(experiments), ...overfullLayers(experiments), ...contradictions(experiments)];
}

function twiceNamed(experiments: readonly Experiment[]): Refused[] {
  const names = experiments.map(({ name }) => name);
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [{ path: [index, 'name'], message: `is "${name}", which another experiment is called too` }],
  );
}

/** Shares of one layer are of the same hundred percent, as no visitor is in two of them. */
function overfullLayers(experiments: readonly Experiment[]): Refused[] {
  const layers = new Set(experiments.flatMap(({ layer }) => layer ?? []));
  return [...layers].flatMap((layer) => {
    const members = experiments.filter((one) => one.layer === layer);
    const percent = members.reduce((sum, { share }) => sum + (share ?? 0), 0);
    const last = experiments.indexOf(members.at(-1) as Experiment);
    const path = [last, 'share'];
    if (percent > 100 + 1e-9)
      return [
        {
          path,
          message: `makes ${round(percent)} percent of the layer "${layer}": at most 100 can be given away`,
        },
      ];
    const full = percent > 100 - 1e-9 && members.some(({ share }) => share === undefined);
    return full ? [{ path, message: `leaves nothing of the layer "${layer}" to those without a share` }] : [];
  });
}

function contradictions(experiments: readonly Experiment[]): Refused[] {
  return experiments.flatMap((one, index) =>
    experiments.slice(0, index).flatMap((other) => {
      if (!mayMeet(one, other)) return [];
      const both = changes(one).filter((what) => changes(other).includes(what));
      return both.length === 0
        ? []
        : [
            {
              path: [index, 'name'],
              message: `is "${one.name}", and "${other.name}" changes ${both.join(' and ')} of the same requests too: put both into one "layer", or give each a "target" with a path of its own`,
            },
          ];
    }),
  );
}

/** Only runners of one layer keep out of each other's way: the winner of an ended one is for everybody. */
function mayMeet(one: Experiment, other: Experiment): boolean {
  if (one.layer !== undefined && one.layer === other.layer && isRunning(one) && isRunning(other))
    return false;
  const [a, b] = [one.target?.path, other.target?.path];
  return a === undefined || b === undefined || overlap(a, b);
}

const isRunning = ({ status }: Experiment): boolean => status === 'running';

function overlap(a: string, b: string): boolean {
  const [beginsA, beginsB] = [a.endsWith('*'), b.endsWith('*')];
  const [stemA, stemB] = [beginsA ? a.slice(0, -1) : a, beginsB ? b.slice(0, -1) : b];
  if (beginsA && beginsB) return stemA.startsWith(stemB) || stemB.startsWith(stemA);
  if (beginsA) return stemB.startsWith(stemA);
  return beginsB ? stemA.startsWith(stemB) : stemA === stemB;
}

/** Headers are told apart by name: two experiments may well set one each. */
function changes({ status, winner, variants }: Experiment): string[] {
  const active = status === 'running' ? variants : variants.filter(({ name }) => name === winner);
  const all = active.flatMap((variant) => [
    ...(variant.rewrite ? ['the path'] : []),
    ...(variant.origin !== undefined || variant.function !== undefined || variant.version !== undefined
      ? ['who answers']
      : []),
    ...Object.keys(variant.headers ?? {}).map((name) => `the header ${name.toLowerCase()}`),
  ]);
  return [...new Set(all)];
}

const round = (percent: number): number => Math.round(percent * 100) / 100;
