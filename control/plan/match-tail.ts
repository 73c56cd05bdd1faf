// Whether an invocation is one that a tail's client has asked for.

import type { TailEvent, TailFilter } from '../model/tail.ts';

/** Where proxies say whose request it is. Control and fronts do not know the other end of a connection themselves. */
const IP_HEADERS = ['cf-connecting-ip', 'x-real-ip', 'x-forwarded-for'];

/** `draw` is a number from 0 to below 1, drawn for this invocation. Version ids are compared by their beginnings. */
export const matchTail = (event: TailEvent, filters: readonly TailFilter[], draw: number): boolean =>
  filters.every((filter) => passes(event, filter, draw));

function passes(event: TailEvent, filter: TailFilter, draw: number): boolean {
  const request = 'request' in event.event ? event.event.request : undefined;
  const { sampling_rate, outcome, method, header, client_ip, query, scriptVersion } = filter;
  if (sampling_rate !== undefined && draw >= sampling_rate) return false;
  if (outcome !== undefined && outcome.length > 0 && !outcome.includes(event.outcome)) return false;
  if (method !== undefined && method.length > 0) {
    const wanted = method.map((one) => one.toUpperCase());
    if (!request || !wanted.includes(request.method)) return false;
  }
  if (header !== undefined) {
    const value = request?.headers[header.key.toLowerCase()];
    if (value === undefined || !value.includes(header.query ?? '')) return false;
  }
  if (client_ip !== undefined && client_ip.length > 0) {
    const ips = IP_HEADERS.flatMap((name) => request?.headers[name]?.split(',')[0]?.trim() ?? []);
    if (!client_ip.some((ip) => ips.includes(ip))) return false;
  }
  if (query !== undefined && !says(event, query)) return false;
  if (scriptVersion !== undefined) return event.scriptVersion.id.startsWith(digitsOf(scriptVersion));
  return true;
}

const says = ({ logs, exceptions }: TailEvent, query: string): boolean =>
  logs.some(({ message }) => message.some((part) => String(part).includes(query))) ||
  exceptions.some(({ message }) => message.includes(query));

/** As ids of ours, of which the UUID is the first 32 digits. */
const digitsOf = (id: string): string => id.toLowerCase().replaceAll('-', '');
