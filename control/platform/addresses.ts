// Where a function answers, for people and their tools.

import type { FunctionRecord } from '../model/function.ts';
import type { FunctionView } from './platform.ts';

export interface EdgeAddress {
  readonly host: string;
  readonly port: number;
  readonly domain: string;
  /** Where TLS is served; undefined where none is. */
  readonly tlsPort?: number | undefined;
}

/** The function's own host first, then its path, then its routes with a host of their own; then those by TLS. */
export function urlsOf(
  record: Pick<FunctionRecord, 'project' | 'name' | 'routes'>,
  edge: EdgeAddress,
): FunctionView['urls'] {
  const port = edge.port === 80 ? '' : `:${edge.port}`;
  const label = record.project === 'default' ? record.name : `${record.name}.${record.project}`;
  const direct = reachable(edge.host);
  const hosts = record.routes
    .map(({ pattern }) => pattern)
    .filter((pattern) => !pattern.startsWith('*') && !pattern.startsWith('/'));
  const secure =
    edge.tlsPort === undefined ? [] : [`${label}.${edge.domain}/`, ...hosts].map(secureUrl(edge.tlsPort));
  return [
    `http://${label}.${edge.domain}${port}/`,
    `http://${direct}${port}/p/${record.project}/functions/${record.name}`,
    ...hosts.map((pattern) => `http://${pattern}`),
    ...secure,
  ];
}

/** `place` is a host and a path. A certificate has no port, so that any is as good. */
const secureUrl =
  (port: number) =>
  (place: string): string => {
    const slash = place.indexOf('/');
    const host = slash < 0 ? place : place.slice(0, slash);
    return `https://${host}${port === 443 ? '' : `:${port}`}${slash < 0 ? '/' : place.slice(slash)}`;
  };

/** Where a version of the function answers by the digits of its id, or by an alias. */
export function labelledUrl(
  label: string,
  { project, name }: Pick<FunctionRecord, 'project' | 'name'>,
  { domain, port }: EdgeAddress,
): string {
  const host = project === 'default' ? `${label}-${name}` : `${label}-${name}.${project}`;
  return `http://${host}.${domain}${port === 80 ? '' : `:${port}`}/`;
}

/** An address that listens everywhere is reached at loopback from here. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
