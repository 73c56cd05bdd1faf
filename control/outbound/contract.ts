// What control tells the outbound: options at its start, and a file for each function version that may call.
//
// Who calls is told by the socket that the call arrives at. Each version has a socket of its own, named in the
// config of its instances. A header could not tell it: workerd sends none that a config injects with CONNECT,
// which is what `connect()` becomes.

import type { Egress } from '../model/egress.ts';

/** The one argument of the process, as JSON. All paths are absolute. */
export interface OutboundOptions {
  /** Socket on which control asks. */
  readonly privateSocket: string;
  /** Directory with a `CallerRecord` in `<name>.json` for each caller. */
  readonly callersDir: string;
  /** Directory of the callers' sockets, `callerSocket(name)`. */
  readonly socketsDir: string;
  /** Directory of the sockets on which fronts take what functions ask of each other. */
  readonly frontsDir: string;
  /** Socket on which fronts send requests to other hosts; see `edge/contract/origin.ts`. */
  readonly originSocket: string;
  /** File with the `ControlAddress`; absent until control listens for the first time. */
  readonly controlFile: string;
  /** Networks that are not public and that functions may reach all the same: rules as of `egress`. */
  readonly openNetworks: readonly string[];
}

export interface CallerRecord {
  readonly function: string;
  /** For the cache, which reads the same files; files of before there was one have none. */
  readonly project?: string;
  readonly version: string;
  readonly egress: Egress;
}

/** Port of the control API, closed to functions at every address of this machine. */
export interface ControlAddress {
  readonly port: number;
}

export const callerFile = (name: string): string => `${name}.json`;
export const callerSocket = (name: string): string => `${name}.sock`;

/** Threads of the outbound for lookups, of all functions; each is busy until the name servers answer. */
export const lookupThreads = 64;

/** Descriptor on which the outbound writes a line once it takes calls. */
export const READY_FD = 3;

/** Calls on the private socket; each answers 204 once it is done. */
export const CONTROL_ADDRESS_PATH = '/control-address';
/** PUT: the fronts are about to end; see `BindingRelay`. */
export const DRAIN_BINDINGS_PATH = '/bindings/drain';
/** PUT reads the caller's file, which was written or removed. */
export const callerPath = (name: string): string => `/callers/${name}`;
