// The config of a front: the router worker, a service for each slot, and nothing of any user's.

import { CACHE_BINDING, CACHE_SOCKET } from '../../edge/contract/cache.ts';
import {
  BINDING_KEY_BINDING,
  BOUND_ENTRYPOINT,
  CAPNP_HOST,
  CF_BLOB_HEADER,
  CONTROL_BINDING,
  FRONT_SEAT_BINDING,
  FRONT_SEAT_VARIABLE,
  GEO_BINDING,
  GEO_LOCAL_BINDING,
  PRETENDED_BINDING,
  PRIVATE_ENTRYPOINT,
  rpcBinding,
  SCHEME_HEADER,
  SECURE_ENTRYPOINT,
  SNAPSHOT_BINDING,
  slotBinding,
  slotSocket,
} from '../../edge/contract/names.ts';
import { ORIGIN_BINDING } from '../../edge/contract/origin.ts';
import { RULE_KEYS_BINDING } from '../../edge/contract/rule-secret.ts';
import { compatibilityDateDefault } from './compatibility.ts';
import type { Binding, HttpOptions, Service, WorkerdConfig } from './config.ts';
import { unixAddress } from './unix-address.ts';

/** Names of a front's sockets, for `--socket-fd`: clients, the TLS door, control, and functions that call others. */
export const FRONT_SOCKETS = {
  public: 'public',
  secure: 'secure',
  private: 'private',
  bound: 'bound',
} as const;
/** Control's socket, below the run directory. */
export const CONTROL_SOCKET = 'control.sock';
/** The outbound's for fronts, below the run directory. */
export const ORIGIN_SOCKET = 'origin.sock';

/** The geo service's, below the run directory. */
export const GEO_SOCKET = 'geo.sock';

/** Of a front that asks where its clients are. */
export interface FrontGeo {
  /** The address that private ones are taken for; undefined for none. */
  readonly local: string | undefined;
}

export interface FrontConfigInput {
  /** Text of the built router worker. */
  readonly router: string;
  /** Absolute path; holds the slots' sockets and control's. */
  readonly runDir: string;
  /** Absolute path of the directory with the routing table's snapshot, which the front only reads. */
  readonly snapshotDir: string;
  readonly slots: number;
  /** With which control signs grants, in base64. */
  readonly bindingKey: string;
  /** Absent where there is no geo service. */
  readonly geo?: FrontGeo | undefined;
  /** JSON text of `RuleKeys`, or what stands for it in a config that is kept. */
  readonly ruleKeys: string;
  /** JSON of who every client is, on a developer's own machine. */
  readonly pretended?: string | undefined;
  readonly v8Flags: readonly string[];
}

/** What an instance is told beside the request: `request.cf`, and whether the visitor came by TLS. */
const slotHttp: HttpOptions = { cfBlobHeader: CF_BLOB_HEADER, forwardedProtoHeader: SCHEME_HEADER };

export function frontConfig(input: FrontConfigInput): WorkerdConfig {
  const slots = Array.from({ length: input.slots }, (_, slot) => slot);
  const bindings: Binding[] = [
    { kind: 'service', name: CONTROL_BINDING, service: { name: 'control' } },
    { kind: 'service', name: CACHE_BINDING, service: { name: 'cache' } },
    { kind: 'service', name: SNAPSHOT_BINDING, service: { name: 'snapshot' } },
    { kind: 'service', name: ORIGIN_BINDING, service: { name: 'origin' } },
    { kind: 'text', name: BINDING_KEY_BINDING, content: input.bindingKey, secret: true },
    ...(input.geo ? geoBindings(input.geo) : []),
    ...(input.pretended === undefined
      ? []
      : [{ kind: 'json', name: PRETENDED_BINDING, content: input.pretended } as const]),
    { kind: 'fromEnvironment', name: FRONT_SEAT_BINDING, variable: FRONT_SEAT_VARIABLE },
    { kind: 'json', name: RULE_KEYS_BINDING, content: input.ruleKeys, secret: true },
    ...slots.flatMap((slot): Binding[] => [
      { kind: 'service', name: slotBinding(slot), service: { name: `slot-${slot}` } },
      { kind: 'service', name: rpcBinding(slot), service: { name: `rpc-${slot}` } },
    ]),
  ];
  const services: Service[] = [
    {
      kind: 'worker',
      name: 'router',
      modules: [{ kind: 'esModule', name: 'router.js', content: input.router }],
      compatibilityDate: compatibilityDateDefault,
      // A client that resets its connection is told to the router by the request's signal and by nothing else.
      compatibilityFlags: ['enable_request_signal'],
      bindings,
    },
    // The router fetches through its bindings only, so there is no network and no certificate is loaded.
    { kind: 'network', name: 'internet', allow: [], deny: [] },
    {
      kind: 'external',
      name: 'control',
      address: unixAddress(`${input.runDir}/${CONTROL_SOCKET}`),
      http: {},
    },
    ...(input.geo ? [geoService(input.runDir)] : []),
    {
      kind: 'external',
      name: 'cache',
      address: unixAddress(`${input.runDir}/${CACHE_SOCKET}`),
      http: {},
    },
    // The only way from a front to other hosts: the whole URL in the request line, for the outbound to judge.
    {
      kind: 'external',
      name: 'origin',
      address: unixAddress(`${input.runDir}/${ORIGIN_SOCKET}`),
      http: { style: 'proxy' },
    },
    { kind: 'disk', name: 'snapshot', path: input.snapshotDir, writable: false },
    // With a cfBlobHeader, workerd also drops a header of that name that a client sent: `request.cf` in an
    // instance is what the router said. A slot's socket need not exist yet: using it throws until an instance
    // listens there.
    // The second is for calls of methods, which HTTP cannot carry. 1,024 of them cost a front 10 MB.
    ...slots.flatMap((slot): Service[] => {
      const address = unixAddress(`${input.runDir}/${slotSocket(slot)}`);
      return [
        { kind: 'external', name: `slot-${slot}`, address, http: slotHttp },
        { kind: 'external', name: `rpc-${slot}`, address, http: { capnpConnectHost: CAPNP_HOST } },
      ];
    }),
  ];
  return {
    services,
    sockets: [
      { name: FRONT_SOCKETS.public, http: {}, service: { name: 'router' } },
      // The door says who the client is and that the scheme is https; on the socket of other clients neither header is
      // anything.
      {
        name: FRONT_SOCKETS.secure,
        http: { cfBlobHeader: CF_BLOB_HEADER, forwardedProtoHeader: SCHEME_HEADER },
        service: { name: 'router', entrypoint: SECURE_ENTRYPOINT },
      },
      {
        name: FRONT_SOCKETS.private,
        http: {},
        service: { name: 'router', entrypoint: PRIVATE_ENTRYPOINT },
      },
      {
        name: FRONT_SOCKETS.bound,
        http: { capnpConnectHost: CAPNP_HOST },
        service: { name: 'router', entrypoint: BOUND_ENTRYPOINT },
      },
    ],
    v8Flags: input.v8Flags,
  };
}

function geoBindings({ local }: FrontGeo): Binding[] {
  return [
    { kind: 'service', name: GEO_BINDING, service: { name: 'geo' } },
    ...(local === undefined ? [] : [{ kind: 'text', name: GEO_LOCAL_BINDING, content: local } as const]),
  ];
}

const geoService = (runDir: string): Service => ({
  kind: 'external',
  name: 'geo',
  address: unixAddress(`${runDir}/${GEO_SOCKET}`),
  http: {},
});
