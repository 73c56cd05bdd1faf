// What a function that rules name may be called: in an environment, that environment's own comes first.

import { ENVIRONMENT_DEFAULT, functionNameIn } from '../../model/environment.ts';

export function functionNamesIn(name: string, environment: string): readonly string[] {
  return environment === ENVIRONMENT_DEFAULT ? [name] : [functionNameIn(name, environment), name];
}
