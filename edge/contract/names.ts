// Values that both control and the workers use. No imports, so that neither side pulls in the other's world.

/**
 * Version of the routing table's shape. Control and fronts both check it; a front that meets another
 * number keeps serving from the table it has.
 *
 * - 1 (2026-11-21): functions with shares, slots, limits and routes; credentials as SHA-256.
 * - 2 (2026-11-21): limits of bodies and rates; credentials with projects and an expiry.
 * - 3 (2026-11-27): how a split knows its visitors, aliases, shadows; credentials with their role.
 * - 4 (2026-11-28): rules of functions and routes; proxies that are believed.
 */
export const ROUTING_TABLE_VERSION = 4;

/** `SLOT_0` ... are the front's service bindings, one for each slot. */
export const slotBinding = (slot: number): string => `SLOT_${slot}`;
/** Socket of a slot, below the run directory. */
export const slotSocket = (slot: number): string => `slots/${slot}.sock`;
/** Slots of a front unless set otherwise: how many instances one machine can have behind its fronts. */
export const slotsDefault = 1024;
/** The most that it may be set to: each slot is a service in every front, and costs it some 50 kB. */
export const slotsMax = 4096;

/** The front's binding to control's own socket. */
export const CONTROL_BINDING = 'CONTROL';
/** The front's bindings to the geo service, and to the address that private ones are taken for. */
export const GEO_BINDING = 'GEO';
export const GEO_LOCAL_BINDING = 'GEO_LOCAL';
/** On a developer's own machine: JSON of who every client is. */
export const PRETENDED_BINDING = 'CLIENT_PRETENDED';
/** The front's binding to the directory with the routing table's snapshot. */
export const SNAPSHOT_BINDING = 'SNAPSHOT';
export const SNAPSHOT_FILE = 'routing-table.json';

/** Named export of the router worker that answers control on the front's private socket. */
export const PRIVATE_ENTRYPOINT = 'private';

/** Named export of the router worker that answers what came by TLS, on the front's socket for the TLS door. */
export const SECURE_ENTRYPOINT = 'secure';
/** How such a socket's name ends, below the run directory's `fronts`. */
export const SECURE_SOCKET_SUFFIX = '.secure.sock';
/**
 * Header that carries the scheme of a request's URL from the TLS door to a front, and from a front to an instance. It is
 * set and hidden by workerd itself, and fronts remove what anybody else sends under this name.
 */
export const SCHEME_HEADER = 'cf-scheme';

/** Named export of the router worker that takes what functions ask of each other through their bindings. */
export const BOUND_ENTRYPOINT = 'bound';
/** The front's binding to the key with which control signs grants. */
export const BINDING_KEY_BINDING = 'BINDING_KEY';
/** The front's binding to a variable of its process that says which of the fronts it is: see `Seat`. */
export const FRONT_SEAT_BINDING = 'FRONT_SEAT';
export const FRONT_SEAT_VARIABLE = 'SELVEDGE_FRONT_SEAT';
/** `RPC_0` ... are the front's bindings to the same slots for calls of methods. */
export const rpcBinding = (slot: number): string => `RPC_${slot}`;
/** What two workerds call themselves on connections that carry calls of methods. */
export const CAPNP_HOST = 'selvedge';
/** File name of the socket, among those that instances see, that leads to the fronts' `bound` entrypoint. */
export const BINDINGS_SOCKET = 'bindings.sock';
/** Method of every function's default export by which a front reaches its entrypoints; see `GatewayCall`. */
export const GATEWAY_METHOD = '__selvedge_call';

/** Header that carries `request.cf` from front to instance; set and hidden by workerd itself. */
export const CF_BLOB_HEADER = 'cf-blob';

/** An instance's binding that tells the harness what it serves: `InstanceInfo` as JSON. */
export const INFO_BINDING = '__selvedge';
/** Prefix of names that are the platform's in a function's `env`. */
export const RESERVED_ENV_PREFIX = '__selvedge';

/** Begins the names of headers that are the platform's own: no client's reach a function. */
export const PLATFORM_PREFIX = 'x-selvedge-';
/** Says that the platform, not the function, made an error response. Removed from a function's responses. */
export const ERROR_HEADER = 'x-selvedge-error';
export const REQUEST_ID_HEADER = 'x-request-id';
/**
 * On requests from front to instance, put there or removed by the front, so a client can't forge it:
 * `1` asks the harness to say on the console file when the invocation has ended. `returned` does so too, and asks
 * for what an `event` or `data` handler returned as it is, as JSON, not for the response that it means.
 */
export const INVOKE_HEADER = 'x-selvedge-invoke';
export const INVOKE_RETURNED = 'returned';
/** The call is a schedule's: its body is `{cron, scheduledTime}`, and the handler `scheduled`. */
export const INVOKE_SCHEDULED = 'scheduled';
/** On control's own invocations: milliseconds in place of the function's timeout. No instance sees it. */
export const TIMEOUT_HEADER = 'x-selvedge-timeout-ms';
/** On requests from front to instance: the path at which the function is mounted, e.g. `/p/shop/functions/cart`. */
export const MOUNT_HEADER = 'x-selvedge-mount';
/**
 * On a harness's response to a front, removed by the front: `threw` (FN_004) or `answered` (the function's own). It is on
 * each response with `STATUS_THREW`; one without was made by workerd, which had given the request up.
 */
export const OUTCOME_HEADER = 'x-selvedge-outcome';
/** Status of such a response; with another, a front takes the header off and believes nothing. */
export const STATUS_THREW = 500;
/**
 * On requests that a function makes through a binding. From its instance to a front it is a `BoundAsk`, written by
 * the worker that stands between the function and its bindings; from the front to the instance that answers it is a
 * `BoundWay`. Fronts remove it from visitors' requests.
 */
export const BOUND_HEADER = 'x-selvedge-bound';
/** How many functions a request through a binding has passed already; set by the harness, no visitor's is believed. */
export const DEPTH_HEADER = 'x-selvedge-depth';
/** Functions that may call each other in a row, so that a loop of bindings ends. */
export const bindingDepthMax = 32;
/** Within an instance: the function of a dispatch namespace that a request is for. */
export const DISPATCH_HEADER = 'x-selvedge-dispatch';
/** On requests that the probe makes; answered by the harness itself with 204 when the handler is usable. */
export const PROBE_HEADER = 'x-selvedge-probe';
/** As its value: a `scheduled` handler must be there as well. It is on the answer too, as older harnesses do not know it. */
export const PROBE_SCHEDULED = 'scheduled';

/**
 * On requests: the version that is to serve, or `show`; believed of some credentials only. On answers: the version
 * that served, for whoever asked for either. Removed from what a function is sent and from what it answers.
 */
export const VERSION_HEADER = 'x-selvedge-version';
export const VERSION_SHOWN = 'show';
/** The same wish as Cloudflare has it: `name="uuid"`, several with commas. */
export const OVERRIDES_HEADER = 'cloudflare-workers-version-overrides';
/**
 * On requests: `show`, or of owners and deployers `experiment=variant, …`. On what a function is sent: the variants that
 * hold, in the same form. On answers: the same, for whoever asked. A client's, and a function's, are removed.
 */
export const VARIANT_HEADER = 'x-selvedge-variant';
export const VARIANT_SHOWN = 'show';
/** On a function's answers: names of experiments in which this visitor has done what they are about. Removed. */
export const CONVERT_HEADER = 'x-selvedge-convert';

/** On requests: what a split is to know the visitor by, whatever the function's setting. The function sees it. */
export const VISITOR_KEY_HEADER = 'cloudflare-workers-version-key';
/** On the copies of requests that a front sends to a shadow, and on no others: `1`. */
export const SHADOW_HEADER = 'x-selvedge-shadow';
/** On requests to a function whose rules say who its visitors are, and taken off all that visitors send. */
export const USER_HEADER = 'x-selvedge-user';
/** With commas. */
export const ROLES_HEADER = 'x-selvedge-roles';
/** JSON. */
export const CLAIMS_HEADER = 'x-selvedge-claims';
/** By which cookie a split knows a visitor, unless the function names another. */
export const VISITOR_COOKIE = '__selvedge_visitor';

/** On requests of owners: `1` asks for what is decided about them; on the answers to those: that, as JSON. */
export const TRACE_HEADER = 'x-selvedge-trace';

/** How tokens look that control makes. The owner may have chosen another one. */
export const TOKEN_FORM = /^slv_[0-9A-Za-z]{40}$/;

/** Begins each line that the harness writes to the console file; other lines are workerd's own or raw output. */
export const CONSOLE_MARK = '\u001eS';
