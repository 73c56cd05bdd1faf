// The outbound: the one trusted process through which functions reach anything.

import { lookupThreads, type OutboundOptions } from '../outbound/contract.ts';
import { NICE } from '../resources/niceness.ts';
import { type ServiceCommons, ServiceProcess } from './service-process.ts';
import { buildTrustedProgram, type TrustedProgram } from './trusted-program.ts';

export interface OutboundSettings {
  /** Networks that are not public and that the operator opens, as rules of `egress`. */
  readonly openNetworks: readonly string[];
  /** File with certificates of authorities that are trusted besides the machine's. */
  readonly extraCas: string | undefined;
}

export interface OutboundProcessOptions extends OutboundSettings, ServiceCommons, TrustedProgram {}

/** `settings` is all that it is started with besides: another value means another build. */
export function buildOutbound(settings: string): Promise<TrustedProgram> {
  return buildTrustedProgram('control/outbound/main.ts', settings);
}

export class Outbound extends ServiceProcess {
  constructor({ openNetworks, extraCas, ...commons }: OutboundProcessOptions) {
    const { runDir } = commons;
    const options: OutboundOptions = {
      privateSocket: runDir.outboundSocket(),
      callersDir: runDir.callersDir(),
      socketsDir: runDir.servicesDir(),
      frontsDir: runDir.frontsDir(),
      originSocket: runDir.originSocket(),
      controlFile: runDir.controlAddressFile(),
      openNetworks,
    };
    super({
      ...commons,
      kind: 'outbound',
      options,
      flags: ['--use-system-ca'],
      env: {
        UV_THREADPOOL_SIZE: String(lookupThreads),
        ...(extraCas !== undefined && { NODE_EXTRA_CA_CERTS: extraCas }),
      },
      nice: NICE.outbound,
    });
  }
}
