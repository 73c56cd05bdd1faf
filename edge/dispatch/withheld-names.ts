// Names of headers and parameters in which the rules look for what lets a visitor in. What stands there is shown to nobody
// else, as it would open the same door to him.

import type { RulesEntry } from '../contract/rules.ts';
import { SIGNATURE_PARAMETER } from '../contract/signed-url.ts';
import { PREVIEW_QUERY } from '../rules/experiments/preview-tokens.ts';

/** Headers in lower case. */
export interface WithheldNames {
  readonly headers: ReadonlySet<string>;
  readonly parameters: ReadonlySet<string>;
}

/** Whatever the rules say, as a function may look at them itself. */
const HEADERS = [
  ...['authorization', 'proxy-authorization', 'cookie', 'x-api-key', 'x-forwarded-client-cert'],
  ...['x-hub-signature', 'x-hub-signature-256', 'x-slack-signature', 'stripe-signature', 'webhook-signature'],
];
const PARAMETERS = [SIGNATURE_PARAMETER, PREVIEW_QUERY];

/** Of several sets, as an experiment may have sent a visitor from one function to another. */
export function withheldNames(all: readonly (RulesEntry | undefined)[]): WithheldNames {
  const headers = new Set(HEADERS);
  const parameters = new Set(PARAMETERS);
  for (const rules of all) {
    for (const method of rules?.auth?.methods ?? []) {
      if ('places' in method) {
        for (const { in: where, name } of method.places) {
          if (where === 'header') headers.add(name);
          if (where === 'query') parameters.add(name);
        }
      } else if (method.type === 'mtls') {
        headers.add(method.header);
        if (method.verified) headers.add(method.verified.header);
      }
    }
    const scheme = rules?.webhook?.scheme;
    if (scheme) headers.add(scheme.header);
  }
  return { headers, parameters };
}
