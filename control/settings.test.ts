import { expect, test } from 'vitest';
import { readSettings } from './settings.ts';

test('an empty environment gives the defaults', () => {
  expect(readSettings({})).toMatchObject({
    edge: { host: '127.0.0.1', port: 8080 },
    control: { host: '127.0.0.1', port: 9000 },
    domain: 'localhost',
    auth: 'token',
    sandbox: 'auto',
    limits: 'auto',
    token: undefined,
  });
});

test('places are looked up in what is installed, in a database of the operator, or nowhere', () => {
  expect(readSettings({}).geo).toEqual({ off: false, source: undefined, local: undefined });
  expect(readSettings({ SELVEDGE_GEO: 'off' }).geo).toMatchObject({ off: true, source: undefined });
  const own = { SELVEDGE_GEO: '/srv/geo', SELVEDGE_GEO_LOCAL: '2001:4860::1' };
  expect(readSettings(own).geo).toEqual({ off: false, source: '/srv/geo', local: '2001:4860::1' });
  expect(() => readSettings({ SELVEDGE_GEO: '' })).toThrow('must be a database of places');
  expect(() => readSettings({ SELVEDGE_GEO_LOCAL: 'DE' })).toThrow('must be an IP address');
});

test('private networks are a list, and none unless set', () => {
  expect(readSettings({}).egressPrivate).toEqual([]);
  expect(readSettings({}).trustedProxies).toEqual([]);
  const proxies = { SELVEDGE_TRUSTED_PROXIES: '10.0.0.0/8, [fd00::]/8' };
  expect(readSettings(proxies).trustedProxies).toEqual(['10.0.0.0/8', '[fd00::]/8']);
  expect(() => readSettings({ SELVEDGE_TRUSTED_PROXIES: '10.0.0.1:80' })).toThrow('without ports');
  const { egressPrivate } = readSettings({
    SELVEDGE_EGRESS_PRIVATE: '10.1.0.0/16, 127.0.0.1:5432,[fd00::]/8',
  });
  expect(egressPrivate).toEqual(['10.1.0.0/16', '127.0.0.1:5432', '[fd00::]/8']);
});

test('variables of other programs are none of our business', () => {
  expect(() => readSettings({ PATH: '/bin', SELVEDGEHOG: 'x' })).not.toThrow();
});

test.each([
  [{ SELVEDGE_PORT: '1' }, /SELVEDGE_PORT is not a setting.*SELVEDGE_EDGE/],
  [{ SELVEDGE_EDGE: '8080' }, /SELVEDGE_EDGE is "8080": it must be an IP address and a port/],
  [{ SELVEDGE_EDGE: '127.0.0.1:65536' }, /SELVEDGE_EDGE/],
  [{ SELVEDGE_CONTROL: 'example.com:80' }, /SELVEDGE_CONTROL/],
  [{ SELVEDGE_DOMAIN: 'Example.com' }, /SELVEDGE_DOMAIN/],
  [{ SELVEDGE_TOKEN: 'short' }, /SELVEDGE_TOKEN is not a token: it must be 16 to 256/],
  [{ SELVEDGE_AUTH: 'off' }, /SELVEDGE_AUTH/],
  [{ SELVEDGE_AUTH: 'none', SELVEDGE_CONTROL: '0.0.0.0:9000' }, /only on loopback/],
  [{ SELVEDGE_SANDBOX: 'no' }, /SELVEDGE_SANDBOX/],
  [
    { SELVEDGE_CACHE_SIZE: '0' },
    /SELVEDGE_CACHE_SIZE is "0": it must be a whole number from 1 to 16777216 MB/,
  ],
  [{ SELVEDGE_EDGE: '127.0.0.1:9000' }, /SELVEDGE_EDGE and SELVEDGE_CONTROL are both 127.0.0.1:9000/],
  [
    { SELVEDGE_EGRESS_PRIVATE: 'db.internal' },
    /SELVEDGE_EGRESS_PRIVATE is "db.internal": it must be a list of addresses/,
  ],
  [{ SELVEDGE_EGRESS_PRIVATE: '10.0.0.0/8,10.0.0.0/33' }, /prefix from 0 to 32.*, and 10.0.0.0\/33 is not/],
  [{ SELVEDGE_EGRESS_CA: '' }, /SELVEDGE_EGRESS_CA is "": it must be a file/],
  [{ SELVEDGE_MASTER_KEY: 'c2hvcnQ=' }, /SELVEDGE_MASTER_KEY is not a key: it must be 32 bytes in base64/],
  [{ SELVEDGE_MASTER_KEY_PREVIOUS: '' }, /SELVEDGE_MASTER_KEY_PREVIOUS is not a key/],
  [{ SELVEDGE_MASTER_KEY_FILE: '' }, /SELVEDGE_MASTER_KEY_FILE is "": it must be a file/],
  [{ SELVEDGE_DATABASE_URL: 'postgres://x' }, /SQLite only/],
  [{ SELVEDGE_TLS: '443' }, /SELVEDGE_TLS is "443": it must be an IP address and a port/],
  [{ SELVEDGE_TLS: '127.0.0.1:8080' }, /SELVEDGE_TLS and SELVEDGE_EDGE are both 127.0.0.1:8080/],
  [{ SELVEDGE_TLS_CERTS: '/etc/certs' }, /SELVEDGE_TLS_CERTS is set, but SELVEDGE_TLS is not/],
  [{ SELVEDGE_TLS_REDIRECT: 'on' }, /SELVEDGE_TLS_REDIRECT is set, but SELVEDGE_TLS is not/],
  [{ SELVEDGE_TLS: '127.0.0.1:0', SELVEDGE_TLS_REDIRECT: 'yes' }, /must be "on" or "off"/],
  [{ SELVEDGE_ACME_DIRECTORY: 'http://x.test' }, /must be an https URL/],
  [{ SELVEDGE_ACME_EMAIL: 'nobody' }, /must be an e-mail address/],
])('%j stops the start with its name and what it must be', (environment, message) => {
  expect(() => readSettings(environment)).toThrow(message);
});

test('every fault is named at once', () => {
  expect(() => readSettings({ SELVEDGE_EDGE: 'x', SELVEDGE_DOMAIN: '!' })).toThrow(
    /SELVEDGE_EDGE[\s\S]*SELVEDGE_DOMAIN/,
  );
});

test('of several sources of the master key the key itself wins, then the file', () => {
  const key = Buffer.alloc(32, 7).toString('base64');
  const [file, command] = ['/keys/selvedge', 'print-key'];
  const all = {
    SELVEDGE_MASTER_KEY: key,
    SELVEDGE_MASTER_KEY_FILE: file,
    SELVEDGE_MASTER_KEY_COMMAND: command,
  };
  expect(readSettings(all).masterKey).toEqual({ kind: 'environment', key });
  const { SELVEDGE_MASTER_KEY: _, ...withoutKey } = all;
  expect(readSettings(withoutKey).masterKey).toEqual({ kind: 'file', path: file });
  expect(readSettings({ SELVEDGE_MASTER_KEY_COMMAND: command }).masterKey).toEqual({
    kind: 'command',
    command,
  });
  expect(readSettings({}).masterKey).toEqual({ kind: 'own file' });
});

test('a master key is never repeated in a message', () => {
  expect(() => readSettings({ SELVEDGE_MASTER_KEY: 'nearly-a-key' })).not.toThrow(/nearly/);
});

test('a token is never repeated in a message', () => {
  expect(() => readSettings({ SELVEDGE_TOKEN: 'with a space in it' })).not.toThrow(/with a space/);
});

test.each([
  ['localhost:1', { host: '127.0.0.1', port: 1 }],
  ['[::]:8080', { host: '::', port: 8080 }],
  ['0.0.0.0:65535', { host: '0.0.0.0', port: 65_535 }],
])('%s is an address', (text, address) => {
  expect(readSettings({ SELVEDGE_EDGE: text }).edge).toEqual(address);
});

test('the address that the command line goes by stops no start, as it is set where both are used', () => {
  expect(() => readSettings({ SELVEDGE_URL: 'https://control.example.com' })).not.toThrow();
});
