// A wrangler file as it is for one of its environments: `[env.staging]` over what is above it. Pure.
//
// By wrangler's own rule a binding or a variable is never taken over from above: what an environment does not name it
// does not have. All else is.

/** What each environment has to say again. */
const NOT_INHERITED = new Set([
  ...['vars', 'define', 'durable_objects', 'kv_namespaces', 'r2_buckets', 'd1_databases', 'vectorize'],
  ...['hyperdrive', 'services', 'analytics_engine_datasets', 'queues', 'workflows', 'send_email', 'unsafe'],
  ...['mtls_certificates', 'dispatch_namespaces', 'browser', 'ai', 'images', 'version_metadata'],
  ...['logfwdr', 'containers', 'tail_consumers', 'pipelines', 'secrets_store_secrets', 'ratelimits'],
]);

/** Without such an environment in it the file is as it stands. Its name stays the base's: that of the environment is made of it. */
export function chooseWranglerEnvironment(value: unknown, environment: string | undefined): unknown {
  if (environment === undefined || !isObject(value) || !isObject(value.env)) return value;
  const chosen = value.env[environment];
  if (!Object.hasOwn(value.env, environment) || !isObject(chosen)) return value;
  const inherited = Object.entries(value).filter(([key]) => key !== 'env' && !NOT_INHERITED.has(key));
  const routed = 'route' in chosen || 'routes' in chosen;
  const kept = inherited.filter(([key]) => !(routed && (key === 'route' || key === 'routes')));
  const { name: _name, ...own } = chosen;
  return { ...Object.fromEntries(kept), ...own };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
