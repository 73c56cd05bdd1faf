// One rule of `egress`, as people write it: `api.example.com`, `*.example.com:443`, `10.1.0.0/16:5432`,
// `[fd00::]/8`. What is not plainly one of these is refused with what would be right, as a rule that was
// misread is a way out that nobody meant.

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

export type EgressRule = (
  | {
      readonly kind: 'host';
      /** Lower case, in ASCII, without a dot at its end; of `*.example.com` the part behind `*.`; of `*` empty. */
      readonly host: string;
      readonly match: 'exact' | 'below' | 'any';
    }
  | {
      readonly kind: 'network';
      readonly family: 'ipv4' | 'ipv6';
      readonly address: string;
      readonly bits: number;
    }
) & { readonly ports: PortRange };

/** Its message is the rule that the text breaks and what is right, to be read after "<rule> is ...: it". */
export class EgressRuleFault extends Error {
  override readonly name = 'EgressRuleFault';
}

const ANY_PORT: PortRange = { first: 1, last: 65_535 };
const hostLengthMax = 253;
const labelLengthMax = 63;

/** @throws {EgressRuleFault} */
export function parseEgressRule(text: string): EgressRule {
  if (text.includes('://')) {
    throw new EgressRuleFault('must be a host or a network without a scheme, such as api.example.com:443');
  }
  if (text.startsWith('[')) return parseV6(text);
  if (/:.*:/.test(text)) {
    throw new EgressRuleFault(
      'must have an IPv6 address in brackets, such as [2001:db8::1]:443 or [fd00::]/8',
    );
  }
  const [subject = '', ports] = text.split(':');
  const range = ports === undefined ? ANY_PORT : parsePorts(ports);
  if (subject.includes('/')) return { ...parseV4Network(subject), ports: range };
  if (isV4(subject)) return { kind: 'network', family: 'ipv4', address: subject, bits: 32, ports: range };
  return { ...parseHost(subject), ports: range };
}

export const covers = ({ first, last }: PortRange, port: number): boolean => port >= first && port <= last;

/** Four decimal numbers and nothing else: an IPv4 address has many other spellings, and none is taken in a rule. */
export const isV4 = (text: string): boolean =>
  /^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}$/.test(text) &&
  text.split('.').every((part) => Number(part) < 256);

function parsePorts(text: string): PortRange {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? match?.[1]);
  if (!match || first < 1 || last > 65_535 || first > last) {
    throw new EgressRuleFault(
      'must end with a port from 1 to 65535 or a range of them, such as :443 or :8000-8999',
    );
  }
  return { first, last };
}

function parseV6(text: string): EgressRule {
  const match = /^\[([0-9a-fA-F:.]+)\](?:\/(\d{1,3}))?(?::(.*))?$/.exec(text);
  const address = match?.[1] === undefined ? undefined : hostnameOf(`[${match[1]}]`)?.slice(1, -1);
  if (!match || address === undefined) {
    throw new EgressRuleFault(
      'must be an IPv6 address or network in brackets and without a zone, such as [2001:db8::1]:443 or [fd00::]/8',
    );
  }
  const bits = match[2] === undefined ? 128 : Number(match[2]);
  if (bits > 128) throw new EgressRuleFault('must have a prefix from 0 to 128, such as [fd00::]/8');
  const ports = match[3] === undefined ? ANY_PORT : parsePorts(match[3]);
  return { kind: 'network', family: 'ipv6', address, bits, ports };
}

function parseV4Network(text: string): Omit<EgressRule & { kind: 'network' }, 'ports'> {
  const [address = '', prefix = '', ...rest] = text.split('/');
  if (!isV4(address) || rest.length > 0) {
    throw new EgressRuleFault('must be a host without a path, or a network such as 10.1.0.0/16');
  }
  if (!/^\d{1,2}$/.test(prefix) || Number(prefix) > 32) {
    throw new EgressRuleFault('must have a prefix from 0 to 32, such as 10.1.0.0/16');
  }
  return { kind: 'network', family: 'ipv4', address, bits: Number(prefix) };
}

function parseHost(text: string): Omit<EgressRule & { kind: 'host' }, 'ports'> {
  if (text === '*') return { kind: 'host', host: '', match: 'any' };
  const below = text.startsWith('*.');
  const host = hostnameOf(below ? text.slice(2) : text)?.replace(/\.$/, '');
  if (host === undefined || !isHostName(host)) {
    throw new EgressRuleFault(
      'must be a host such as api.example.com, *.example.com or *, with a port or without one',
    );
  }
  if (isV4(host)) {
    throw new EgressRuleFault(`must have the address in its common form, which is ${host}`);
  }
  return { kind: 'host', host, match: below ? 'below' : 'exact' };
}

/** As URLs have it: lower case, in ASCII, an address in its one true form. Undefined for what is none. */
function hostnameOf(host: string): string | undefined {
  if (/[/?#@\\\s%]/.test(host)) return undefined;
  return URL.parse(`http://${host}/`)?.hostname;
}

const isHostName = (host: string): boolean =>
  host.length <= hostLengthMax &&
  host
    .split('.')
    .every((label) => label.length <= labelLengthMax && /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$/.test(label));
