// Which variants a request is sent to, whatever its visitor's draw: by an owner's header, or by a preview token.

import type { Preview } from '../../contract/preview-token.ts';
import { PlatformError } from '../../dispatch/platform-error.ts';
import type { PreparedExperiment } from './prepared-experiment.ts';

export interface Forced {
  readonly variant: string;
  readonly how: string;
}

const PAIR = /^\s*([a-z0-9_-]{1,63})\s*=\s*([a-z0-9_-]{1,63})\s*$/;
const shownLengthMax = 80;

/**
 * `name=variant, …`, of an owner, who is told when it cannot be.
 *
 * @throws {PlatformError} FN_006 for what is no such list, or names an experiment or a variant that there is not.
 */
export function readForcedHeader(
  header: string,
  experiments: readonly PreparedExperiment[],
): Map<string, Forced> {
  const pairs = header.split(',').map((text) => PAIR.exec(text));
  return new Map(
    pairs.map((pair) => {
      const [, name = '', variant = ''] = pair ?? [];
      const shown = JSON.stringify(header.slice(0, shownLengthMax));
      if (!pair)
        throw unusable(`is ${shown}: it must be "show", or names with variants, such as "buttons=green".`);
      const experiment = experiments.find(({ entry }) => entry.name === name);
      if (!experiment)
        throw unusable(
          `names the experiment "${name}", which does not hold here: there ${namesOf(experiments.map(({ entry }) => entry.name))}.`,
        );
      if (!experiment.variant(variant))
        throw unusable(
          `names the variant "${variant}" of "${name}": there ${namesOf(experiment.entry.variants.map((one) => one.name))}.`,
        );
      return [name, { variant, how: "by the owner's header" }];
    }),
  );
}

const namesOf = (names: readonly string[]): string =>
  names.length === 1 ? `is "${names[0]}"` : `are ${names.map((name) => `"${name}"`).join(', ')}`;

const unusable = (why: string): PlatformError =>
  new PlatformError('FN_006', 400, `The header x-selvedge-variant ${why}`);

/** Why a token that was opened does not hold here, for the trace; undefined when it does. */
export function whyNotPreview(
  preview: Preview | undefined,
  functionId: string,
  nowSeconds: number,
): string | undefined {
  if (!preview) return 'it was not signed by this installation';
  if (preview.function !== functionId) return 'it is for another function';
  return preview.expiresAt <= nowSeconds ? 'it has expired' : undefined;
}
