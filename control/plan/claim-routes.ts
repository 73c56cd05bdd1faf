// Which routes a caller who is for some projects only may give to a function.
//
// The routes of all projects are matched in one list, before function hosts and mounts. So a route for any host, or
// one on another function's host, would take over requests (with what visitors send in them) of projects that
// the caller has no part in. Such a caller therefore claims hosts that are nobody's or its own projects'.

import type { Route } from '../model/function.ts';
import { compileRoute } from './compile-routes.ts';

/** The first of `wanted` that is not for such a caller; `others` are the routes of the other projects. */
export function foreignRoute(
  wanted: readonly Route[],
  others: readonly Route[],
  domain: string,
): Route | undefined {
  const taken = others.map(hostOf).filter((host) => host !== null);
  return wanted.find((route) => {
    const host = hostOf(route);
    return host === null || isOfPlatform(host, domain) || taken.some((other) => overlap(host, other));
  });
}

const hostOf = (route: Route): string | null => compileRoute('', { pattern: route.pattern }).host;

/** Below the base domain functions have their own hosts, and at an address everything is mounted. */
const isOfPlatform = (host: string, domain: string): boolean =>
  isAddress(host) || host === domain || overlap(host, `*.${domain}`) || overlap(host, domain);

/** A pattern has no room for an IPv6 address, and no name ends in a digit that is alone between dots. */
const isAddress = (host: string): boolean => /^[\d.]+$/.test(host);

/** Whether there is a host that fits both. */
const overlap = (a: string, b: string): boolean => a === b || covers(a, b) || covers(b, a);

/** `*.example.com` covers what is below example.com, other wildcards among it. */
const covers = (wildcard: string, host: string): boolean =>
  wildcard.startsWith('*.') && host.replace(/^\*/, '').endsWith(wildcard.slice(1));
