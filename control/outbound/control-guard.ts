// Keeps functions off the control API. It has a token, but a function that can reach it can guess, flood and,
// where the owner runs without a token, command; so it is closed at every address of the machine, whatever
// networks the operator has opened.

import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import type { ControlAddress } from './contract.ts';
import { type IpAddress, readAddress } from './ip-address.ts';
import { specialName } from './special-addresses.ts';

export class ControlGuard {
  readonly #file: string;
  #port: number | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  /** Reads where control listens; nowhere yet if there is no file. */
  read(): void {
    try {
      this.#port = (JSON.parse(readFileSync(this.#file, 'utf8')) as ControlAddress).port;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      this.#port = undefined;
    }
  }

  isControl(address: IpAddress, port: number): boolean {
    return port === this.#port && isOfThisMachine(address);
  }
}

function isOfThisMachine(address: IpAddress): boolean {
  const name = specialName(address);
  if (name === 'loopback' || name === 'this host') return true;
  return Object.values(networkInterfaces()).some((list) =>
    list?.some((one) => readAddress(one.address)?.text === address.text),
  );
}
