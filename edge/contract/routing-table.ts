// The routing table: what fronts know. Control compiles it and checks it with this schema; the edge takes
// only the types, so no validation code is in its bundle.

import { z } from 'zod';
import { ROUTING_TABLE_VERSION } from './names.ts';
import type { RegionsTable } from './regions.ts';
import type { RulesEntry } from './rules.ts';

const shareSchema = z.strictObject({
  version: z.string(),
  /** Basis points, 0 to 10000. The shares of a function sum to 10000, or it has none. */
  shareBp: z.int().min(0).max(10_000),
});

/** How a split knows a visitor again. Header names are in lower case. */
const stickySchema = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('random') }),
  z.strictObject({ by: z.literal('cookie'), name: z.string() }),
  z.strictObject({ by: z.literal('header'), name: z.string() }),
  z.strictObject({ by: z.literal('key') }),
]);

/** Control makes it of what it has checked, so that nothing is left to check. */
const rulesEntrySchema = z.custom<RulesEntry>((value) => typeof value === 'object' && value !== null);

export const functionEntrySchema = z.strictObject({
  id: z.string(),
  project: z.string(),
  name: z.string(),
  /** Public functions need no credential. */
  public: z.boolean(),
  disabled: z.boolean(),
  /** Versions with their shares; the first is the newest. Empty for a function that was never deployed. */
  deployment: z.array(shareSchema),
  /** Asked only while several versions share the visitors, or one is kept for some. */
  sticky: stickySchema,
  /** Versions that a preview host may name besides those of the deployment. */
  previews: z.array(z.string()),
  /** Names of versions, each with a host of its own: `<alias>-<name>.<domain>`. */
  aliases: z.record(z.string(), z.string()),
  /** A version that gets copies of a share of the requests, in basis points, and answers to nobody. */
  shadow: z.strictObject({ version: z.string(), shareBp: z.int().min(0).max(10_000) }).nullable(),
  /** Slots of the ready instances of each version; a version without an entry is started on demand. */
  slots: z.record(z.string(), z.array(z.int().min(0))),
  /** From the hand-over to the response's head. */
  timeoutMs: z.int(),
  /** From the response's head to the end of its body. */
  streamTimeoutMs: z.int(),
  /**
   * Null for none. Counted by control for all fronts; see `LeaseRequest`. While control is away, each front lets
   * `perFront` requests in by itself.
   */
  rateLimit: z.strictObject({ requests: z.int(), windowMs: z.int(), perFront: z.int().min(1) }).nullable(),
  /** Requests that one instance may have at a time. */
  concurrency: z.int(),
  /** Requests per instance above which another instance is asked for. */
  targetConcurrency: z.int(),
  maxInstances: z.int(),
  queueLength: z.int(),
  queueTimeoutMs: z.int(),
  requestBytesMax: z.int(),
  /** Somebody watches: the records of its invocations have their requests in them. */
  tailed: z.literal(true).optional(),
  /** Of requests that come by its host or its path; absent for none. */
  rules: rulesEntrySchema.optional(),
});

/** One route, compiled: the most specific one that fits wins, see `RouteTree`. */
export const routeEntrySchema = z.strictObject({
  function: z.string(),
  /** Exact host in lower case, `*.suffix`, or null for any host. */
  host: z.string().nullable(),
  /** `/users/:id`, `/img*`, `/files/*`, normalized. */
  path: z.string(),
  /** Null for all. */
  methods: z.array(z.string()).nullable(),
  /** Of requests that come by this route, the function's among them; absent for none. */
  rules: rulesEntrySchema.optional(),
});

/** By the SHA-256, in hex, of its token: each credential that opens functions which are not public. */
const credentialsSchema = z.record(
  z.string().length(64),
  z.strictObject({
    /** Of the key: owners and deployers may choose the version that serves them. */
    role: z.enum(['owner', 'deployer', 'invoker']),
    /** Projects whose functions it opens; null for all. */
    projects: z.array(z.string()).nullable(),
    /** Milliseconds since the epoch, by the front's clock; null for one that does not end by itself. */
    expiresAt: z.int().nullable(),
  }),
);

/** A key of visitors, by the SHA-256 of its token in hex. */
const apiKeySchema = z.strictObject({
  id: z.string(),
  project: z.string(),
  /** Id of the one function that it is for; null for all of the project whose rules take such keys. */
  function: z.string().nullable(),
  scopes: z.array(z.string()),
  /** Milliseconds since the epoch, by the front's clock. */
  expiresAt: z.int().nullable(),
});
const apiKeysSchema = z.record(z.string().length(64), apiKeySchema);
const placeSchema = z.strictObject({ latitude: z.number(), longitude: z.number() });

/** See `regions.ts`. Absent where there is but this machine. */
const regionsSchema: z.ZodType<RegionsTable> = z.strictObject({
  here: z.string(),
  list: z.array(
    z.strictObject({
      name: z.string(),
      place: placeSchema.nullable(),
      tags: z.array(z.string()),
      endpoint: z.string().nullable(),
      healthy: z.boolean(),
      fault: z.string().nullable(),
      latencyMs: z.number().nullable(),
      hopSecret: z.string().nullable(),
    }),
  ),
});
const challengesSchema = z.record(z.string().regex(/^[A-Za-z0-9_-]+$/), z.string());

export const routingTableSchema = z.strictObject({
  version: z.literal(ROUTING_TABLE_VERSION),
  /** Grows by one with each change; a front never goes back. */
  generation: z.int().min(0),
  /** Base domain of function hosts, lower case, without port. */
  domain: z.string(),
  /** Networks whose word is taken on who the client is, in CIDR notation. */
  trustedProxies: z.array(z.string()),
  /** By function id. */
  functions: z.record(z.string(), functionEntrySchema),
  routes: z.array(routeEntrySchema),
  credentials: credentialsSchema,
  apiKeys: apiKeysSchema.optional(),
  regions: regionsSchema.optional(),
  /** Where TLS is served, and whether all that comes by HTTP is sent there; absent where none is. */
  tls: z.strictObject({ port: z.int(), redirect: z.boolean() }).optional(),
  /** By token, what an authority that asks whose a host is by ACME's http-01 is told; absent while none does. */
  challenges: challengesSchema.optional(),
});

/** Changes from generation `base` to `generation`; what is absent stays. */
export const tableDeltaSchema = z.strictObject({
  version: z.literal(ROUTING_TABLE_VERSION),
  base: z.int(),
  generation: z.int(),
  functions: z.record(z.string(), functionEntrySchema),
  removed: z.array(z.string()),
  routes: z.array(routeEntrySchema).optional(),
  credentials: credentialsSchema.optional(),
  apiKeys: z.strictObject({ set: apiKeysSchema, removed: z.array(z.string()) }).optional(),
  regions: regionsSchema.optional(),
  challenges: challengesSchema.optional(),
});

export type RoutingTable = z.infer<typeof routingTableSchema>;
export type StickyEntry = z.infer<typeof stickySchema>;
export type FunctionEntry = z.infer<typeof functionEntrySchema>;
export type RouteEntry = z.infer<typeof routeEntrySchema>;
export type Credentials = RoutingTable['credentials'];
export type ApiKeyEntry = z.infer<typeof apiKeySchema>;
export type TableDelta = z.infer<typeof tableDeltaSchema>;
