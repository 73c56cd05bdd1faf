// Turns the environment into `Settings`, strictly: an unknown or malformed SELVEDGE_ variable stops the start
// with its name and what it must be.

import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { slotsDefault, slotsMax } from '../edge/contract/names.ts';
import { EgressRuleFault, parseEgressRule } from './model/egress-rule.ts';
import { regionNameSchema } from './model/region.ts';
import { SECRET_SCAN_POLICIES, type SecretScanPolicy } from './model/secret-scan.ts';
import { parseMasterKey } from './secrets/master-key.ts';
import {
  type AcmeSettings,
  acmeSettings,
  type TlsSettings,
  tlsFault,
  tlsSettings,
  tlsShape,
} from './tls-settings.ts';

const EDGE_DEFAULT = '127.0.0.1:8080';
const CONTROL_DEFAULT = '127.0.0.1:9000';
const DATA_DEFAULT = '.selvedge';
const DOMAIN_DEFAULT = 'localhost';
const SLOTS = { min: 1, max: slotsMax, unit: '' } as const;
const CACHE_MB = { min: 1, max: 16_777_216, unit: ' MB' } as const;
const CACHE_MB_DEFAULT = 512;
const MEMORY_MB = { min: 64, max: 16_777_216, unit: ' MB' } as const;

const wholeNumber = ({ min, max, unit }: { min: number; max: number; unit: string }): string =>
  `must be a whole number from ${min} to ${max}${unit}`;

export interface Address {
  /** An IP address; `localhost` has become 127.0.0.1. */
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

/** Where the key comes from that wraps all others. */
export type MasterKeySetting =
  | { readonly kind: 'environment'; readonly key: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'command'; readonly command: string }
  /** A file in the data directory, made at the first start. */
  | { readonly kind: 'own file' };

export interface GeoSetting {
  /** Nothing is looked up. */
  readonly off: boolean;
  /** Absolute path of a database or a folder with some; undefined for those that are installed. */
  readonly source: string | undefined;
  /** An address that private ones are taken for, to develop with. */
  readonly local: string | undefined;
}

export interface Settings {
  readonly edge: Address;
  readonly control: Address;
  /** Undefined: no TLS is served. */
  readonly tls: TlsSettings | undefined;
  readonly acme: AcmeSettings;
  /** Absolute path. */
  readonly dataDir: string;
  readonly domain: string;
  /** Name of this machine's region. */
  readonly region: string;
  /** Undefined: read from the data directory, or made at the first start. */
  readonly token: string | undefined;
  readonly auth: 'token' | 'none';
  readonly databaseUrl: string | undefined;
  /** `required` refuses to start without bubblewrap; `auto` runs without it and says so. */
  readonly sandbox: 'auto' | 'required';
  /** How many instances there may be. */
  readonly slots: number;
  /** MB that all instances together may use; undefined for a share of what the machine has. */
  readonly memoryMb: number | undefined;
  /** MB that answers of functions may take on the disk. */
  readonly cacheMb: number;
  /** How instances are limited: `cgroup` refuses to start without one, `polling` uses none. */
  readonly limits: 'auto' | 'cgroup' | 'polling';
  /** Networks that are not public and that functions may reach if their own `egress` names them. */
  readonly egressPrivate: readonly string[];
  /** Networks of proxies whose `X-Forwarded-For` is believed, in CIDR notation. */
  readonly trustedProxies: readonly string[];
  /** Where clients are: from which databases it is known, and of which address private ones are taken to be. */
  readonly geo: GeoSetting;
  /** Absolute path of a file with certificates that functions' `fetch()` trusts besides those of the machine. */
  readonly egressCa: string | undefined;
  readonly masterKey: MasterKeySetting;
  /** The one before, while it is replaced. */
  readonly masterKeyPrevious: string | undefined;
  /** Absolute path of the key that versions are signed with; undefined for the one in the data directory. */
  readonly signingKey: string | undefined;
  /** What is done about secrets in uploaded source, where its project does not say. */
  readonly secretScan: SecretScanPolicy;
  /** Where the packages of a build are looked up; undefined for nowhere. */
  readonly advisoryUrl: string | undefined;
}

const addressSchema = z.string().transform((text, context): Address => {
  const match = /^(\[[0-9a-fA-F:.]+\]|[^:]+):(\d{1,5})$/.exec(text);
  const host = match?.[1] === 'localhost' ? '127.0.0.1' : match?.[1]?.replace(/^\[|\]$/g, '');
  const port = Number(match?.[2]);
  if (!host || isIP(host) === 0 || !(port <= 65_535)) {
    context.addIssue({
      code: 'custom',
      message: 'must be an IP address and a port, such as 127.0.0.1:8080 or [::]:8080',
    });
    return z.NEVER;
  }
  return { host, port };
});

const networksSchema = z.string().transform((text, context): string[] => {
  const rules = text
    .split(',')
    .map((rule) => rule.trim())
    .filter((rule) => rule !== '');
  for (const rule of rules) {
    const fault = networkFault(rule);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: `${fault}, and ${rule} is not` });
  }
  return rules;
});

/** A proxy is known by its address alone: the port that it calls from changes. */
const proxiesSchema = networksSchema.refine(
  (rules) => rules.every((rule) => isIP(rule.replace(/\/\d+$/, '').replace(/^\[|\]$/g, '')) !== 0),
  'must be a list of addresses and networks without ports, such as 10.0.0.0/8,[fd00::]/8',
);

function networkFault(text: string): string | undefined {
  try {
    if (parseEgressRule(text).kind === 'network') return undefined;
    return 'must be a list of addresses and networks, such as 10.1.0.0/16,127.0.0.1:5432';
  } catch (error) {
    if (error instanceof EgressRuleFault) return `${error.message}`;
    throw error;
  }
}

const masterKeySchema = z
  .string()
  .refine((text) => parseMasterKey(text) !== undefined, {
    error: 'must be 32 bytes in base64, as `openssl rand -base64 32` prints them',
  })
  .optional();

const environmentSchema = z.strictObject({
  SELVEDGE_EDGE: addressSchema.prefault(EDGE_DEFAULT),
  SELVEDGE_CONTROL: addressSchema.prefault(CONTROL_DEFAULT),
  ...tlsShape(addressSchema),
  SELVEDGE_DATA: z.string().min(1, 'must be a directory').default(DATA_DEFAULT),
  SELVEDGE_REGION: regionNameSchema.default('local'),
  SELVEDGE_DOMAIN: z
    .string()
    .regex(
      /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/,
      'must be a lower-case domain name without a port, such as example.com',
    )
    .default(DOMAIN_DEFAULT),
  SELVEDGE_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{16,256}$/, 'must be 16 to 256 printable characters without spaces')
    .optional(),
  /** The command line's. It is often set where a platform is started too, and means nothing to that. */
  SELVEDGE_URL: z.string().optional(),
  SELVEDGE_AUTH: z.enum(['token', 'none'], 'must be "token" or "none"').default('token'),
  SELVEDGE_DATABASE_URL: z.string().optional(),
  SELVEDGE_SLOTS: z.coerce
    .number(wholeNumber(SLOTS))
    .int(wholeNumber(SLOTS))
    .min(SLOTS.min, wholeNumber(SLOTS))
    .max(SLOTS.max, wholeNumber(SLOTS))
    .default(slotsDefault),
  SELVEDGE_MEMORY: z.coerce
    .number(wholeNumber(MEMORY_MB))
    .int(wholeNumber(MEMORY_MB))
    .min(MEMORY_MB.min, wholeNumber(MEMORY_MB))
    .max(MEMORY_MB.max, wholeNumber(MEMORY_MB))
    .optional(),
  SELVEDGE_CACHE_SIZE: z.coerce
    .number(wholeNumber(CACHE_MB))
    .int(wholeNumber(CACHE_MB))
    .min(CACHE_MB.min, wholeNumber(CACHE_MB))
    .max(CACHE_MB.max, wholeNumber(CACHE_MB))
    .default(CACHE_MB_DEFAULT),
  SELVEDGE_SANDBOX: z.enum(['auto', 'required'], 'must be "auto" or "required"').default('auto'),
  SELVEDGE_LIMITS: z
    .enum(['auto', 'cgroup', 'polling'], 'must be "auto", "cgroup" or "polling"')
    .default('auto'),
  SELVEDGE_EGRESS_PRIVATE: networksSchema.prefault(''),
  SELVEDGE_TRUSTED_PROXIES: proxiesSchema.prefault(''),
  SELVEDGE_GEO: z.string().min(1, 'must be a database of places, a folder with some, or "off"').optional(),
  SELVEDGE_GEO_LOCAL: z
    .string()
    .refine((text) => isIP(text) !== 0, 'must be an IP address, such as 9.9.9.9')
    .optional(),
  SELVEDGE_EGRESS_CA: z.string().min(1, 'must be a file with certificates').optional(),
  SELVEDGE_MASTER_KEY: masterKeySchema,
  SELVEDGE_MASTER_KEY_FILE: z.string().min(1, 'must be a file with the master key').optional(),
  SELVEDGE_MASTER_KEY_COMMAND: z.string().min(1, 'must be a command that prints the master key').optional(),
  SELVEDGE_MASTER_KEY_PREVIOUS: masterKeySchema,
  SELVEDGE_SECRET_SCAN: z.enum(SECRET_SCAN_POLICIES, 'must be "off", "warn" or "refuse"').default('warn'),
  SELVEDGE_ADVISORY_URL: z
    .url({
      protocol: /^https?$/,
      error:
        'must be an http or https URL, such as https://registry.example/-/npm/v1/security/advisories/bulk',
    })
    .optional(),
  SELVEDGE_SIGNING_KEY: z.string().min(1, 'must be the path of a file').optional(),
});

const isLoopback = (host: string): boolean => host.startsWith('127.') || host === '::1';

/** A setting that stops the start. Its message is for the person at the terminal and names every fault. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** @throws {SettingsError} naming each setting that is unknown or malformed. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const ours = Object.fromEntries(
    Object.entries(environment).filter(
      ([name, value]) => name.startsWith('SELVEDGE_') && value !== undefined,
    ),
  );
  const parsed = environmentSchema.safeParse(ours);
  if (!parsed.success)
    throw new SettingsError(parsed.error.issues.map((issue) => describe(issue, ours)).join('\n'));
  const env = parsed.data;
  if (env.SELVEDGE_AUTH === 'none' && !isLoopback(env.SELVEDGE_CONTROL.host)) {
    throw new SettingsError(
      `SELVEDGE_AUTH is "none", but SELVEDGE_CONTROL is ${env.SELVEDGE_CONTROL.host}: without a token, control may listen only on loopback (127.0.0.1 or [::1]).`,
    );
  }
  const { SELVEDGE_EDGE: edge, SELVEDGE_CONTROL: control } = env;
  if (edge.port !== 0 && edge.port === control.port && edge.host === control.host) {
    throw new SettingsError(
      `SELVEDGE_EDGE and SELVEDGE_CONTROL are both ${edge.host}:${edge.port}: give each a port of its own.`,
    );
  }
  const tlsWrong = tlsFault(env, { SELVEDGE_EDGE: edge, SELVEDGE_CONTROL: control });
  if (tlsWrong !== undefined) throw new SettingsError(tlsWrong);
  if (env.SELVEDGE_DATABASE_URL !== undefined) {
    throw new SettingsError(
      'SELVEDGE_DATABASE_URL is set, but this version of Selvedge stores its state in SQLite only: unset it.',
    );
  }
  return {
    edge: env.SELVEDGE_EDGE,
    control: env.SELVEDGE_CONTROL,
    tls: tlsSettings(env),
    acme: acmeSettings(env),
    dataDir: resolve(env.SELVEDGE_DATA),
    domain: env.SELVEDGE_DOMAIN,
    region: env.SELVEDGE_REGION,
    token: env.SELVEDGE_TOKEN,
    auth: env.SELVEDGE_AUTH,
    databaseUrl: env.SELVEDGE_DATABASE_URL,
    sandbox: env.SELVEDGE_SANDBOX,
    slots: env.SELVEDGE_SLOTS,
    memoryMb: env.SELVEDGE_MEMORY,
    cacheMb: env.SELVEDGE_CACHE_SIZE,
    limits: env.SELVEDGE_LIMITS,
    egressPrivate: env.SELVEDGE_EGRESS_PRIVATE,
    trustedProxies: env.SELVEDGE_TRUSTED_PROXIES,
    geo: geoOf(env),
    egressCa: env.SELVEDGE_EGRESS_CA === undefined ? undefined : resolve(env.SELVEDGE_EGRESS_CA),
    masterKey: masterKeyOf(env),
    masterKeyPrevious: env.SELVEDGE_MASTER_KEY_PREVIOUS,
    secretScan: env.SELVEDGE_SECRET_SCAN,
    advisoryUrl: env.SELVEDGE_ADVISORY_URL,
    signingKey: env.SELVEDGE_SIGNING_KEY === undefined ? undefined : resolve(env.SELVEDGE_SIGNING_KEY),
  };
}

function geoOf({
  SELVEDGE_GEO: geo,
  SELVEDGE_GEO_LOCAL: local,
}: z.output<typeof environmentSchema>): GeoSetting {
  const off = geo === 'off';
  return { off, source: off || geo === undefined ? undefined : resolve(geo), local };
}

/** The first that is set. */
function masterKeyOf(env: z.output<typeof environmentSchema>): MasterKeySetting {
  if (env.SELVEDGE_MASTER_KEY !== undefined) return { kind: 'environment', key: env.SELVEDGE_MASTER_KEY };
  if (env.SELVEDGE_MASTER_KEY_FILE !== undefined)
    return { kind: 'file', path: resolve(env.SELVEDGE_MASTER_KEY_FILE) };
  if (env.SELVEDGE_MASTER_KEY_COMMAND !== undefined)
    return { kind: 'command', command: env.SELVEDGE_MASTER_KEY_COMMAND };
  return { kind: 'own file' };
}

/** Not repeated where others may read them. */
const NOT_SHOWN: Readonly<Record<string, string>> = {
  SELVEDGE_TOKEN: 'not a token',
  SELVEDGE_ADVISORY_URL: 'no such URL',
  SELVEDGE_MASTER_KEY: 'not a key',
  SELVEDGE_MASTER_KEY_PREVIOUS: 'not a key',
};

function describe(issue: z.core.$ZodIssue, given: Readonly<Record<string, unknown>>): string {
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(environmentSchema.shape).join(', ');
    return `${issue.keys.join(', ')} is not a setting of Selvedge. The settings are ${known}.`;
  }
  const name = String(issue.path[0]);
  const value = NOT_SHOWN[name] ?? JSON.stringify(given[name]);
  return `${name} is ${value}: it ${issue.message}.`;
}
