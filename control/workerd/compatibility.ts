// What we know of workerd's compatibility dates and flags.
//
// workerd itself is the judge: an unknown flag, a future date or two flags that contradict each other stop an
// instance's start, and its words go into the build log. Here is only what we can tell a user sooner and better.

import { AppError } from '../model/errors.ts';

/** For functions that set none. Raised by us, never by the calendar, so that redeploying changes nothing. */
export const compatibilityDateDefault = '2026-11-01';

/** The newest date that workerd 1.20261117.1 knows. A test asks the real binary. */
export const compatibilityDateNewest = '2026-11-24';

/**
 * Tools write the date of today into new projects, and a runtime is always some days older. Such a function gets the
 * newest behaviour that there is, which is what it asks for; its settings keep the date, for the runtime to come.
 */
export const runnableDate = (date: string): string =>
  date > compatibilityDateNewest ? compatibilityDateNewest : date;

export const tellDate = (date: string): readonly string[] =>
  date > compatibilityDateNewest
    ? [
        `compatibility date: ${date} is newer than this runtime, which behaves as of ${compatibilityDateNewest} until it is upgraded`,
      ]
    : [];

/**
 * Flags that workerd 1.20261117.1 takes only with `--experimental`, which no instance gets: it opens features
 * that workerd may change or drop in any release. A test asks the real binary about each.
 */
export const experimentalFlags: readonly string[] = [
  'allow_insecure_inefficient_logged_eval',
  'connect_pass_through',
  'durable_object_get_existing',
  'durable_object_rename',
  'enable_abortsignal_rpc',
  'enable_d1_with_sessions_api',
  'enable_web_file_system',
  'experimental',
  'increase_websocket_message_size',
  'js_rpc',
  'kv_direct_binding',
  'memory_cache_delete',
  'python_workers_development',
  'python_workers_durable_objects',
  'replica_routing',
  'rtti_api',
  'service_binding_extra_handlers',
  'streaming_tail_worker',
  'tail_worker_user_spans',
  'typescript_strip_types',
  'unsafe_module',
  'unsupported_process_actual_platform',
  'webgpu',
];

/** From this date on workerd has Node's modules without being asked. */
const nodeByDefaultFrom = '2026-08-04';

/** From this date on a request may be woken by another one, in its own context. */
const wakesByDefaultFrom = '2024-10-14';
/** From this date on a function finds its own entrypoints in `ctx.exports`. */
const exportsByDefaultFrom = '2025-11-17';
const EXPORTS = 'enable_ctx_exports';
const WAKES = 'handle_cross_request_promise_resolution';

/**
 * The flags that an instance runs with. A request that waits for a place is woken by the one that leaves it, which
 * workerd must be told to allow for older dates. The harness keeps the logs of concurrent requests apart with
 * AsyncLocalStorage, so that much of Node there must be; functions with an older date get the whole, as the
 * handlers that people bring use Node's modules.
 */
export function instanceFlags(compatibilityDate: string, given: readonly string[]): readonly string[] {
  return withExports(compatibilityDate, withWaking(compatibilityDate, given));
}

/** Bindings of other functions reach named entrypoints through `ctx.exports`. */
function withExports(compatibilityDate: string, flags: readonly string[]): readonly string[] {
  if (compatibilityDate >= exportsByDefaultFrom || flags.includes(EXPORTS)) return flags;
  return [...flags, EXPORTS];
}

function withWaking(compatibilityDate: string, given: readonly string[]): readonly string[] {
  const wakes = compatibilityDate >= wakesByDefaultFrom || given.includes(WAKES);
  return withAsyncContext(compatibilityDate, wakes ? given : [...given, WAKES]);
}

function withAsyncContext(compatibilityDate: string, flags: readonly string[]): readonly string[] {
  const given = (flag: string): boolean => flags.includes(flag);
  if (given('nodejs_compat') || given('nodejs_als')) return flags;
  if (given('no_nodejs_compat')) return [...flags, 'nodejs_als'];
  return compatibilityDate < nodeByDefaultFrom ? [...flags, 'nodejs_compat'] : flags;
}

/** @throws {AppError} FN_006 naming the flag. */
export function checkCompatibilityFlags(flags: readonly string[]): void {
  for (const [index, flag] of flags.entries()) {
    const path = `compatibility_flags.${index}`;
    if (experimentalFlags.includes(flag)) {
      throw refusal(
        flag,
        path,
        'is experimental in workerd, and functions run without its experimental features',
      );
    }
    if (flag === `no_${WAKES}`)
      throw refusal(flag, path, 'would leave requests waiting that another one is to wake');
    if (flag === 'disable_ctx_exports')
      throw refusal(flag, path, 'would close named entrypoints to the bindings of other functions');
    if (flags.indexOf(flag) !== index) throw refusal(flag, path, 'is given twice');
  }
}

function refusal(flag: string, path: string, why: string): AppError {
  const message = `compatibility_flags holds "${flag}", which ${why}: remove it.`;
  return new AppError('FN_006', message, { issues: [{ message, path }] });
}
