// An address as proxies and runtimes write it in lists, perhaps with a port: `192.0.2.1:80`, `[2001:db8::1]:80`,
// `[::1]`. Pure.

import { type Address, readAddress } from '../contract/ip-address.ts';

/** Longest text that is looked at: an address in brackets with a port has 47 characters. */
const hopLengthMax = 64;
const BRACKETS = /^\[([^[\]]+)\](?::\d{1,5})?$/;
const V4_PORT = /^([\d.]+):\d{1,5}$/;

/** Undefined for what is no address. A zone (`fe80::1%eth0`) names a link of another machine, and is none. */
export function readHop(text: string): Address | undefined {
  if (text.length > hopLengthMax) return undefined;
  const inBrackets = BRACKETS.exec(text)?.[1];
  if (inBrackets !== undefined) return inBrackets.includes(':') ? readAddress(inBrackets) : undefined;
  return readAddress(V4_PORT.exec(text)?.[1] ?? text);
}
