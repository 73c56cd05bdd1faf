// The config of the outbound worker: the one process through which functions reach the internet.

import { compatibilityDateDefault } from './compatibility.ts';
import type { WorkerdConfig } from './config.ts';

/** Name of its only socket, for `--socket-fd`. */
export const OUTBOUND_SOCKET = 'outbound';

export interface OutboundConfigInput {
  /** Text of the built outbound worker. */
  readonly outbound: string;
}

export function outboundConfig(input: OutboundConfigInput): WorkerdConfig {
  return {
    services: [
      {
        kind: 'worker',
        name: 'outbound',
        modules: [{ kind: 'esModule', name: 'outbound.js', content: input.outbound }],
        compatibilityDate: compatibilityDateDefault,
        compatibilityFlags: [],
        bindings: [],
        globalOutbound: { name: 'internet' },
      },
      {
        kind: 'network',
        name: 'internet',
        // Checked on the address that a name resolves to, so a name that points inside is refused too.
        allow: ['public'],
        deny: ['private'],
        tls: { trustBrowserCas: true },
      },
    ],
    // Proxy style: the request line of an instance holds the full URL that its function asked for.
    sockets: [{ name: OUTBOUND_SOCKET, http: { style: 'proxy' }, service: { name: 'outbound' } }],
  };
}
