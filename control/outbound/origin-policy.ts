// Where fronts may send requests. What a rule of a function names is held to the public internet and to what the
// operator opens to functions; the endpoint of a region is an owner's word, and may be anywhere but at control.

import type { OriginWay } from '../../edge/contract/origin.ts';
import type { IpAddress } from './ip-address.ts';
import { type ConnectPolicy, holds, type PlatformRules } from './policy.ts';
import type { Target } from './read-target.ts';
import { specialName } from './special-addresses.ts';

const SUBJECTS: Readonly<Record<OriginWay['kind'], string>> = {
  rule: 'The origin that a rule names is not reached: the platform',
  region: 'The endpoint of a region is not reached: the platform',
};

export class OriginPolicy implements ConnectPolicy {
  readonly subject: string;
  readonly #kind: OriginWay['kind'];
  readonly #platform: PlatformRules;

  constructor(kind: OriginWay['kind'], platform: PlatformRules) {
    this.subject = SUBJECTS[kind];
    this.#kind = kind;
    this.#platform = platform;
  }

  refuseHost(): undefined {
    return undefined;
  }

  /** Addresses behind names are not told, as in `Policy`. */
  refuseAddress(target: Target, address: IpAddress): string | undefined {
    if (this.#platform.isControl(address, target.port)) return 'that is its own control API.';
    if (this.#kind === 'region') return undefined;
    const special = specialName(address);
    if (special === undefined) return undefined;
    if (this.#platform.open.some((network) => holds(network, address, target.port))) return undefined;
    const said = target.address
      ? `that address is not public (${special})`
      : `it resolves into a network that is not public (${special})`;
    return `${said}, and the operator does not open it. Ask for it in SELVEDGE_EGRESS_PRIVATE.`;
  }
}
