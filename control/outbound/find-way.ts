// From a target to the addresses that may be connected to: rules, lookup, rules again. Whoever connects uses
// these addresses and no others, so nothing can change between the check and its use.

import type { LookupFunction } from 'node:net';
import type { Caller } from './caller.ts';
import type { IpAddress } from './ip-address.ts';
import { RefusedError, UnresolvedError } from './outbound-error.ts';
import type { ConnectPolicy } from './policy.ts';
import { nameTarget, type Target } from './read-target.ts';
import type { Resolver } from './resolver.ts';

export interface Way {
  readonly target: Target;
  /** One or more. */
  readonly addresses: readonly IpAddress[];
  /** For `connect`: gives these addresses whatever it is asked. */
  readonly lookup: LookupFunction;
}

/** @throws {OutboundError} FN_009 for what is refused, FN_010 for a name without an address. */
export async function findWay(
  target: Target,
  policy: ConnectPolicy,
  caller: Caller,
  resolver: Resolver,
): Promise<Way> {
  const refusal = policy.refuseHost(target);
  if (refusal !== undefined) throw new RefusedError(policy.subject, nameTarget(target), refusal);
  const found = target.address ? [target.address] : await resolve(target, caller, resolver);
  const refusals = found.map((address) => policy.refuseAddress(target, address));
  const addresses = found.filter((_, index) => refusals[index] === undefined);
  const [first] = refusals;
  if (addresses.length === 0) throw new RefusedError(policy.subject, nameTarget(target), String(first));
  return { target, addresses, lookup: lookupOf(addresses) };
}

async function resolve(target: Target, caller: Caller, resolver: Resolver): Promise<readonly IpAddress[]> {
  try {
    const found = await resolver.resolve(target.name, caller);
    if (found.length > 0) return found;
  } catch (cause) {
    const code = String((cause as NodeJS.ErrnoException).code);
    const why =
      code === 'ENOTFOUND'
        ? 'its name does not resolve (ENOTFOUND): check its spelling'
        : `its name could not be looked up (${code}): the name servers do not answer, try again`;
    throw new UnresolvedError(nameTarget(target), why, cause);
  }
  throw new UnresolvedError(nameTarget(target), 'its name has no address');
}

function lookupOf(addresses: readonly IpAddress[]): LookupFunction {
  const all = addresses.map(({ text, family }) => ({ address: text, family: family === 'ipv6' ? 6 : 4 }));
  return (_name, options, done) => {
    const [first] = all;
    if (options.all) done(null, all);
    else done(null, first?.address ?? '', first?.family ?? 0);
  };
}
