// Names to addresses, by the machine's own way of looking them up (/etc/hosts, then name servers). What was
// looked up is remembered for some seconds and shared by functions, so that a busy one asks once.

import { lookup } from 'node:dns';
import { type IpAddress, readAddress } from './ip-address.ts';
import { lookupTimeoutMs, namesRememberedMax, resolvedForMs } from './limits.ts';

interface Remembered {
  readonly addresses: Promise<readonly IpAddress[]>;
  /** Infinite while the lookup is under way. */
  until: number;
}

/** Lets a function's lookups wait for each other; resolves when it is the caller's turn to look up. */
export interface LookupTurn {
  lookup<T>(work: () => Promise<T>): Promise<T>;
}

export class Resolver {
  readonly #remembered = new Map<string, Remembered>();

  /** Rejects with the system's error, `ENOTFOUND` say, or with `ETIMEOUT`. */
  async resolve(name: string, turn: LookupTurn): Promise<readonly IpAddress[]> {
    const known = this.#remembered.get(name);
    if (known && known.until > Date.now()) return timed(known.addresses);
    const entry: Remembered = { addresses: turn.lookup(() => lookUp(name)), until: Number.POSITIVE_INFINITY };
    this.#remembered.delete(name);
    this.#remembered.set(name, entry);
    this.#forgetOldest();
    entry.addresses.then(
      () => {
        entry.until = Date.now() + resolvedForMs;
      },
      () => {
        // The next request asks again; those that wait are told.
        if (this.#remembered.get(name) === entry) this.#remembered.delete(name);
      },
    );
    return timed(entry.addresses);
  }

  #forgetOldest(): void {
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > namesRememberedMax && oldest !== undefined) this.#remembered.delete(oldest);
  }
}

function lookUp(name: string): Promise<readonly IpAddress[]> {
  return new Promise((resolve, reject) => {
    lookup(name, { all: true, order: 'verbatim' }, (error, found) => {
      if (error) reject(error);
      else resolve(found.flatMap(({ address }) => readAddress(address) ?? []));
    });
  });
}

/** The caller waits no longer; the lookup itself cannot be ended, and keeps its function's turn. */
function timed<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(Object.assign(new Error('no answer'), { code: 'ETIMEOUT' })),
      lookupTimeoutMs,
    );
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
