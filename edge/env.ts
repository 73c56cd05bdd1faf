// What each worker's config binds to it: nothing else can be reached.

import type { PretendedClient } from './client/client.ts';
import type { AssetEntry, ServedAssetsConfig } from './contract/assets.ts';
import type { RuleKeys } from './contract/rule-secret.ts';

/** Bindings of `router.worker.ts`. */
export interface RouterEnv {
  /** Control's own socket; unreachable while control is down. */
  readonly CONTROL: Fetcher;
  /** Directory with the snapshot of the routing table. */
  readonly SNAPSHOT: Fetcher;
  /** The outbound's socket for fronts: the way to other hosts. */
  readonly ORIGIN: Fetcher;
  /** With which control signs grants, in base64. */
  readonly BINDING_KEY: string;
  /** The geo service; absent where there is none. */
  readonly GEO?: Fetcher;
  /** The address that private ones are taken for. */
  readonly GEO_LOCAL?: string;
  /** The runtime in front of this worker tells who the client is, as Cloudflare does. */
  readonly CLIENT_TOLD?: true;
  /** Which of the machine's fronts it is, see `Seat`; absent where there are no others. */
  readonly FRONT_SEAT?: string | null;
  /** Opens what rules name of secrets, and checks URLs that control signed. */
  readonly RULE_KEYS: RuleKeys;
  /** On a developer's own machine: who every client is. */
  readonly CLIENT_PRETENDED?: PretendedClient;
  /** Where answers are kept; unreachable while it is replaced, and absent where there is none. */
  readonly CACHE?: Fetcher;
  /** The slots' sockets, as many as the config has. A slot without an instance is a socket that is not there. */
  readonly [slot: `SLOT_${number}`]: Fetcher | undefined;
  /** The same, for calls of methods. */
  readonly [slot: `RPC_${number}`]: Fetcher | undefined;
}

/** Bindings of `binding.worker.ts`: both lead to the fronts. */
export interface BindingEnv {
  readonly FRONT: Fetcher;
  readonly FRONT_RPC: Fetcher;
}

/** Bindings of `assets.worker.ts`. */
export interface AssetsEnv {
  /** The function behind the assets; absent where there are only assets. */
  readonly USER?: Fetcher;
  /** The directory with the blobs of the version's project, each named by its hash. */
  readonly BLOBS: Fetcher;
  readonly MANIFEST: readonly AssetEntry[];
  readonly CONFIG: ServedAssetsConfig;
}
