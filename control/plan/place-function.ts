// Which environment a name belongs to that was given without one: wrangler sends `cart-staging` for
// `--env staging` and says no more.

import { ENVIRONMENT_DEFAULT } from '../model/environment.ts';

export interface Place {
  readonly base: string;
  readonly environment: string;
}

/**
 * `cart-staging` is cart in staging where the project has the environment `staging` and a function `cart`; otherwise
 * it is a name like any other, in prod. Of several environments that end the name, the longest wins.
 */
export function placeFunction(
  name: string,
  environments: readonly string[],
  hasBase: (base: string) => boolean,
): Place {
  const fits = environments
    .filter((environment) => environment !== ENVIRONMENT_DEFAULT && name.endsWith(`-${environment}`))
    .map((environment) => ({ base: name.slice(0, -environment.length - 1), environment }))
    .filter(({ base }) => hasBase(base))
    .sort((a, b) => b.environment.length - a.environment.length);
  return fits[0] ?? { base: name, environment: ENVIRONMENT_DEFAULT };
}
