import { expect, test } from 'vitest';
import { egressSchema } from './egress.ts';
import { parseEgressRule } from './egress-rule.ts';

const any = { first: 1, last: 65_535 };

test.each([
  ['api.example.com', { kind: 'host', host: 'api.example.com', match: 'exact', ports: any }],
  ['API.Example.com.', { kind: 'host', host: 'api.example.com', match: 'exact', ports: any }],
  ['bücher.example', { kind: 'host', host: 'xn--bcher-kva.example', match: 'exact', ports: any }],
  [
    '*.example.com:443',
    { kind: 'host', host: 'example.com', match: 'below', ports: { first: 443, last: 443 } },
  ],
  ['*', { kind: 'host', host: '', match: 'any', ports: any }],
  ['*:443', { kind: 'host', host: '', match: 'any', ports: { first: 443, last: 443 } }],
  [
    'localhost:8000-8999',
    { kind: 'host', host: 'localhost', match: 'exact', ports: { first: 8000, last: 8999 } },
  ],
  ['_dmarc.example.com', { kind: 'host', host: '_dmarc.example.com', match: 'exact', ports: any }],
  [
    '10.1.0.0/16:5432',
    { kind: 'network', family: 'ipv4', address: '10.1.0.0', bits: 16, ports: { first: 5432, last: 5432 } },
  ],
  ['8.8.8.8', { kind: 'network', family: 'ipv4', address: '8.8.8.8', bits: 32, ports: any }],
  ['0.0.0.0/0', { kind: 'network', family: 'ipv4', address: '0.0.0.0', bits: 0, ports: any }],
  ['[fd00::]/8', { kind: 'network', family: 'ipv6', address: 'fd00::', bits: 8, ports: any }],
  [
    '[2001:DB8::0001]:443',
    { kind: 'network', family: 'ipv6', address: '2001:db8::1', bits: 128, ports: { first: 443, last: 443 } },
  ],
])('reads %s', (text, rule) => {
  expect(parseEgressRule(text)).toEqual(rule);
});

test.each([
  ['https://api.example.com', /without a scheme/],
  ['api.example.com/path', /without a path, or a network such as 10.1.0.0\/16/],
  ['fd00::1', /in brackets/],
  ['2001:db8::1:443', /in brackets/],
  ['[fe80::1%eth0]', /without a zone/],
  ['[fd00::]/129', /prefix from 0 to 128/],
  ['[not-an-address]', /IPv6 address or network in brackets/],
  ['10.0.0.0/33', /prefix from 0 to 32/],
  ['10.0.0.0/', /prefix from 0 to 32/],
  ['10.0.0/8', /host without a path, or a network/],
  ['127.1', /which is 127.0.0.1/],
  ['0x7f.0.0.1', /which is 127.0.0.1/],
  ['2130706433', /which is 127.0.0.1/],
  ['010.0.0.1', /which is 8.0.0.1/],
  ['256.0.0.1', /must be a host such as/],
  ['api.example.com:0', /port from 1 to 65535/],
  ['api.example.com:65536', /port from 1 to 65535/],
  ['api.example.com:9-8', /port from 1 to 65535/],
  ['api.example.com:', /port from 1 to 65535/],
  ['api.example.com:https', /port from 1 to 65535/],
  ['*example.com', /must be a host such as/],
  ['api.*.com', /must be a host such as/],
  ['*.*.com', /must be a host such as/],
  ['user@example.com', /must be a host such as/],
  ['two hosts.example', /must be a host such as/],
  ['a..example', /must be a host such as/],
  [`${'a'.repeat(64)}.example`, /must be a host such as/],
  ['exa%6dple.com', /must be a host such as/],
])('refuses %s and says what is right', (text, message) => {
  expect(() => parseEgressRule(text)).toThrow(message);
});

test('a list of rules tells which is wrong, and why', () => {
  const { error } = egressSchema.safeParse(['api.example.com', '10.0.0.0/33']);
  expect(JSON.stringify(error?.issues)).toMatch(
    /must have a prefix from 0 to 32, such as 10.1.0.0\/16.*"path":\[1\]|"path":\[1\].*must have a prefix/,
  );
});

test.each(['all', [], [''], Array.from({ length: 101 }, () => 'a.example'), null, 5, [5]])(
  'refuses %j as egress',
  (egress) => {
    expect(egressSchema.safeParse(egress).success).toBe(false);
  },
);

test.each(['none', 'public', ['a.example'], Array.from({ length: 100 }, () => 'a.example')])(
  'takes %j as egress',
  (egress) => {
    expect(egressSchema.safeParse(egress).success).toBe(true);
  },
);
