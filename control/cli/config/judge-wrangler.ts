// From a wrangler file to settings, and to what of it is left out. Pure.
//
// A key that only matters to wrangler or to Cloudflare's own network is told and left out. A key that the code
// relies on, such as a binding, is refused: the handler would find `env.MY_KV` undefined at its first request.

import { type Route, routeSchema } from '../../model/function.ts';
import type { WranglerConfig, WranglerRoute } from '../../model/wrangler-config.ts';
import type { FolderConfig, Settings } from './folder-config.ts';
import { splitEnvironment } from './secret-references.ts';

const TAKEN = [
  'name',
  'main',
  'compatibility_date',
  'compatibility_flags',
  'vars',
  'route',
  'routes',
  'triggers',
  '$schema',
];

/** What the code or its build relies on; the words say what would be missing. */
const RELIED_ON: Readonly<Record<string, string>> = {
  ai: 'a binding',
  analytics_engine_datasets: 'a binding',
  browser: 'a binding',
  d1_databases: 'a binding',
  dispatch_namespaces: 'a binding',
  durable_objects: 'a binding',
  hyperdrive: 'a binding',
  images: 'a binding',
  kv_namespaces: 'a binding',
  mtls_certificates: 'a binding',
  pipelines: 'a binding',
  queues: 'queues',
  r2_buckets: 'a binding',
  ratelimits: 'a binding',
  secrets_store_secrets: 'a binding',
  send_email: 'a binding',
  services: 'a binding',
  tail_consumers: 'another Worker',
  unsafe: 'a binding',
  vectorize: 'a binding',
  workflows: 'a binding',
  version_metadata: 'a binding',
  containers: 'containers',
  assets: 'static files',
  site: 'static files',
  build: 'a build command of your own',
  alias: 'a setting of the bundler',
  define: 'a setting of the bundler',
  base_dir: 'a setting of the bundler',
  rules: 'a setting of the bundler',
  no_bundle: 'a setting of the bundler',
  find_additional_modules: 'a setting of the bundler',
  wasm_modules: 'a binding',
  text_blobs: 'a binding',
  data_blobs: 'a binding',
};

/** They are here, and come with wrangler alone. */
const WRANGLER_DEPLOYS = new Set([
  'services',
  'durable_objects',
  'migrations',
  'assets',
  'dispatch_namespaces',
  'version_metadata',
]);

export function judgeWrangler(file: string, config: WranglerConfig): FolderConfig {
  const others = Object.keys(config).filter((key) => !TAKEN.includes(key));
  const written = [...(config.route ? [config.route] : []), ...(config.routes ?? [])];
  const routes = written.map(routeOf);
  const vars = Object.entries(config.vars ?? {});
  const { plain, secret } = splitEnvironment(
    Object.fromEntries(vars.map(([key, value]) => [key, textOf(value)])),
  );
  const settings: Settings = {
    // Workers are open to everybody, and their authors count on it.
    public: true,
    ...(config.main !== undefined && { handler: handlerOf(config.main) }),
    ...(config.compatibility_date !== undefined && { compatibility_date: config.compatibility_date }),
    ...(config.compatibility_flags && { compatibility_flags: config.compatibility_flags }),
    ...(config.vars && { environment: plain }),
    ...(config.triggers?.crons && { crons: config.triggers.crons }),
    ...(written.length > 0 && { routes: routes.flatMap(({ route }) => (route ? [route] : [])) }),
  };
  return {
    file,
    name: config.name,
    settings,
    secretVariables: secret,
    scheduleTriggers: [],
    warnings: [
      ...vars.flatMap(([key, value]) =>
        typeof value === 'number' || typeof value === 'boolean'
          ? [`vars.${key} is ${value}: variables are text here, so the function gets "${value}".`]
          : [],
      ),
      ...others.filter((key) => !Object.hasOwn(RELIED_ON, key)).map(leftOut),
    ],
    refusals: [
      ...others
        .filter((key) => Object.hasOwn(RELIED_ON, key))
        .map((key) =>
          WRANGLER_DEPLOYS.has(key)
            ? `"${key}" asks for ${RELIED_ON[key]}, which this command does not deploy: deploy with wrangler (docs/wrangler.md).`
            : `"${key}" asks for ${RELIED_ON[key]}, which this version of Selvedge does not have. Remove it, if the code can do without.`,
        ),
      ...vars.flatMap(([key, value]) =>
        typeof value === 'object'
          ? [
              `vars.${key} is ${value === null ? 'null' : 'an object'}: variables are text here. Make it a string, and parse it in the code.`,
            ]
          : [],
      ),
      ...routes.flatMap(({ fault }) => (fault ? [fault] : [])),
    ],
    main: config.main?.replace(/^\.\//, ''),
  };
}

const leftOut = (key: string): string =>
  key === 'env'
    ? '"env" is left out: without an environment in it of the name that --env gives, the settings at the top of the file are used.'
    : `"${key}" is left out: Selvedge has no such setting.`;

/** The default export of the file that `main` names. */
const handlerOf = (main: string): string =>
  `${main.replace(/^\.\//, '').replace(/\.[cm]?[jt]sx?$/, '')}.default`;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : String(value));

function routeOf(written: WranglerRoute): { route?: Route; fault?: string } {
  const text = typeof written === 'string' ? written : written.pattern;
  const custom = typeof written !== 'string' && written.custom_domain === true;
  const bare = text.replace(/^https?:\/\//, '');
  const pattern = bare.includes('/') ? bare : `${bare}/${custom ? '*' : ''}`;
  const checked = routeSchema.safeParse({ pattern });
  if (checked.success) return { route: checked.data };
  return { fault: `The route "${text}" cannot be served: a pattern ${checked.error.issues[0]?.message}.` };
}
