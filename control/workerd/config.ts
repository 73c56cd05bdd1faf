// The part of workerd.capnp that Selvedge uses, as types. A config is plain data: built by the pure
// `*-config.ts` files, written by `emit-capnp.ts`, and by nothing else.
//
// Names are those of workerd.capnp. What is absent here we do not use, on purpose: `autogates`, `extensions`,
// everything that needs `--experimental`.

export interface WorkerdConfig {
  readonly services: readonly Service[];
  readonly sockets: readonly Socket[];
  readonly v8Flags?: readonly string[];
}

export type Service = WorkerService | ExternalService | NetworkService | DiskService;

export interface WorkerService {
  readonly kind: 'worker';
  readonly name: string;
  /** The first is the entry. */
  readonly modules: readonly Module[];
  readonly compatibilityDate: string;
  readonly compatibilityFlags: readonly string[];
  readonly bindings: readonly Binding[];
  /** Where `fetch()` and `connect()` go. workerd takes a service named "internet" when it is absent. */
  readonly globalOutbound?: ServiceDesignator;
  /** What answers the worker's Cache API; without it that fails. */
  readonly cacheApiOutbound?: ServiceDesignator;
  /** Classes of Durable Objects that the worker exports. */
  readonly objects?: {
    readonly classes: readonly ObjectClass[];
    /** Name of a disk service; absent for objects that last as long as the process. */
    readonly disk?: string;
  };
}

export interface ObjectClass {
  readonly className: string;
  /** Names its storage. */
  readonly uniqueKey: string;
}

/** A server elsewhere. */
export interface ExternalService {
  readonly kind: 'external';
  readonly name: string;
  /** `unix:/absolute/path` or `host:port`; see `unixAddress`. */
  readonly address: string;
  readonly http: HttpOptions;
}

export interface NetworkService {
  readonly kind: 'network';
  readonly name: string;
  /** `public`, `private`, `local`, `network`, `unix`, or a CIDR. Nothing is reachable when it is empty. */
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  /** Absent: no TLS, and workerd does not spend time on loading certificates. */
  readonly tls?: TlsOptions;
}

export interface DiskService {
  readonly kind: 'disk';
  readonly name: string;
  readonly path: string;
  readonly writable: boolean;
}

export interface TlsOptions {
  /** The certificate authorities that browsers trust, as installed on the machine. */
  readonly trustBrowserCas: boolean;
}

/** Modules arrive in the isolate exactly as given; see `emitCapnp` for what can't be expressed. */
export type Module =
  | {
      readonly kind: 'esModule' | 'commonJsModule' | 'text' | 'json';
      readonly name: string;
      readonly content: string;
    }
  | { readonly kind: 'wasm' | 'data'; readonly name: string; readonly content: Uint8Array };

export type Binding = TextBinding | DataBinding | ServiceBinding | ObjectBinding | EnvironmentBinding;

export interface TextBinding {
  /** The content of `json` is JSON text, and its parsed value is what the isolate gets. */
  readonly kind: 'text' | 'json';
  readonly name: string;
  readonly content: string;
  /** Blanked by `redactSecrets`. */
  readonly secret?: boolean;
}

/** Arrives as an ArrayBuffer. */
export interface DataBinding {
  readonly kind: 'data';
  readonly name: string;
  readonly content: Uint8Array;
}

export interface ServiceBinding {
  readonly kind: 'service';
  readonly name: string;
  readonly service: ServiceDesignator;
}

/** A class of Durable Objects of the worker's own. */
export interface ObjectBinding {
  readonly kind: 'durableObjectNamespace';
  readonly name: string;
  readonly className: string;
}

/** The value of a variable of the workerd process's own environment. */
export interface EnvironmentBinding {
  readonly kind: 'fromEnvironment';
  readonly name: string;
  readonly variable: string;
}

export interface ServiceDesignator {
  readonly name: string;
  /** The named export that answers; absent means the default export. */
  readonly entrypoint?: string;
  /** JSON text of what the entrypoint finds in `ctx.props`. */
  readonly props?: string;
  /** Its props open something; `redactSecrets` blanks them. */
  readonly secretProps?: boolean;
}

export interface Socket {
  readonly name: string;
  /** Absent: the descriptor comes on the command line, `--socket-fd <name>=<fd>`. */
  readonly address?: string;
  readonly http: HttpOptions;
  readonly service: ServiceDesignator;
}

export interface HttpOptions {
  /** `proxy` has the full URL in the request line. workerd's default is `host`. */
  readonly style?: 'host' | 'proxy';
  /** Header that carries `request.cf` as JSON between two workerds; the receiver hides it from the worker. */
  readonly cfBlobHeader?: string;
  /** Wins over a header that the sender set; without a value it removes it. */
  readonly injectRequestHeaders?: readonly Header[];
  readonly injectResponseHeaders?: readonly Header[];
  readonly capnpConnectHost?: string;
  /** Header that carries the scheme of the URL between two workerds, as `cfBlobHeader` does `request.cf`. */
  readonly forwardedProtoHeader?: string;
}

export interface Header {
  readonly name: string;
  readonly value?: string;
}
