// The rules of one function, and of the platform for all functions. No connection is made without two questions:
// may this host be asked for (before its name is looked up, so that a lookup tells nobody anything), and may this
// address be connected to (each that the name has).

import { BlockList } from 'node:net';
import type { Egress } from '../model/egress.ts';
import { covers, type EgressRule, type PortRange, parseEgressRule } from '../model/egress-rule.ts';
import type { IpAddress } from './ip-address.ts';
import { nameTarget, type Target } from './read-target.ts';
import { specialName } from './special-addresses.ts';

type HostRule = Extract<EgressRule, { kind: 'host' }>;
interface Network {
  readonly family: IpAddress['family'];
  readonly list: BlockList;
  readonly ports: PortRange;
}

/** Rules that a message repeats. */
const rulesShownMax = 5;

export interface PlatformRules {
  /** Networks that the operator opens although they are not public. */
  readonly open: readonly Network[];
  /** Whether it is the control API that listens at the address. */
  readonly isControl: (address: IpAddress, port: number) => boolean;
}

export function readNetworks(rules: readonly string[]): readonly Network[] {
  return rules.map(parseEgressRule).flatMap((rule) => (rule.kind === 'network' ? [networkOf(rule)] : []));
}

/** What is asked before a connection is made, on behalf of whom. */
export interface ConnectPolicy {
  /** Begins a refusal. */
  readonly subject: string;
  refuseHost(target: Target): string | undefined;
  refuseAddress(target: Target, address: IpAddress): string | undefined;
}

export class Policy implements ConnectPolicy {
  readonly subject = 'This function';
  readonly #egress: Egress;
  readonly #platform: PlatformRules;
  readonly #hosts: readonly HostRule[];
  readonly #networks: readonly Network[];

  constructor(egress: Egress, platform: PlatformRules) {
    const rules = typeof egress === 'string' ? [] : egress;
    this.#egress = egress;
    this.#platform = platform;
    this.#hosts = rules.map(parseEgressRule).filter((rule) => rule.kind === 'host');
    this.#networks = readNetworks(rules);
  }

  /** Why a host may not be asked for; undefined if its addresses are what matters. */
  refuseHost(target: Target): string | undefined {
    if (this.#egress === 'none') {
      return `its egress is "none". To allow it, set egress to "public", or to a list with ${nameTarget(target)}.`;
    }
    if (this.#egress === 'public' || target.address) return undefined;
    if (this.#hosts.some((rule) => names(rule, target))) return undefined;
    return `${this.#noRule('names it')} Add ${nameTarget(target)} to egress.`;
  }

  /**
   * Why an address that `target` has may not be connected to. Addresses behind names are not told: what a name of
   * the operator's network resolves to is not the function's to know.
   */
  refuseAddress(target: Target, address: IpAddress): string | undefined {
    if (this.#platform.isControl(address, target.port)) {
      return "that is this platform's control API, which no setting opens to functions.";
    }
    const within = this.#networks.some((network) => holds(network, address, target.port));
    const special = specialName(address);
    const said = target.address
      ? `that address is not public (${special})`
      : `it resolves into a network that is not public (${special})`;
    const rule = target.address ? ruleOf(address, target.port) : 'its network, such as "10.1.0.0/16",';
    if (special === undefined) {
      const open = this.#egress === 'public' || within || !target.address;
      return open ? undefined : `${this.#noRule('holds it')} Add ${rule} to egress.`;
    }
    if (!within)
      return `${said}, and no rule of its egress holds it. A rule for ${rule} would, if the operator of the platform opens it too (SELVEDGE_EGRESS_PRIVATE).`;
    if (this.#platform.open.some((network) => holds(network, address, target.port))) return undefined;
    return `${said}, and the operator of the platform does not open it to functions. Ask for ${rule} in SELVEDGE_EGRESS_PRIVATE.`;
  }

  #noRule(verb: string): string {
    const rules = this.#egress as readonly string[];
    const shown = rules.slice(0, rulesShownMax).join(', ');
    const more = rules.length > rulesShownMax ? ` and ${rules.length - rulesShownMax} more` : '';
    return `no rule of its egress (${shown}${more}) ${verb}.`;
  }
}

function names(rule: HostRule, { name, port }: Target): boolean {
  if (!covers(rule.ports, port)) return false;
  if (rule.match === 'any') return true;
  return rule.match === 'exact' ? name === rule.host : name.endsWith(`.${rule.host}`);
}

// A list of IPv6 networks says yes to IPv4 as well, as if it were written ::ffff:1.2.3.4.
export const holds = ({ family, list, ports }: Network, address: IpAddress, port: number): boolean =>
  family === address.family && covers(ports, port) && list.check(address.text, family);

function networkOf(rule: Extract<EgressRule, { kind: 'network' }>): Network {
  const list = new BlockList();
  list.addSubnet(rule.address, rule.bits, rule.family);
  return { family: rule.family, list, ports: rule.ports };
}

const ruleOf = ({ family, text }: IpAddress, port: number): string =>
  family === 'ipv6' ? `"[${text}]:${port}"` : `"${text}:${port}"`;
