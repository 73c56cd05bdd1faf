// A short list of networks, made once of their texts: is this address in one of them? Pure.

import { type Address, type AddressRange, readNetwork } from '../contract/ip-address.ts';

export class NetworkList {
  readonly #ranges: readonly AddressRange[];

  /** In CIDR notation, IPv6 perhaps in brackets. What is no network is passed over: whoever set the list has checked it. */
  constructor(networks: readonly string[]) {
    this.#ranges = networks.flatMap((text) => readNetwork(text.replace(/[[\]]/g, '')) ?? []);
  }

  has(address: Address): boolean {
    return this.#ranges.some(
      (range) =>
        range.family === address.family && range.first <= address.value && address.value <= range.last,
    );
  }
}
