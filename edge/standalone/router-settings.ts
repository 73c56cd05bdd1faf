// What a router without a control is set up with: the variable ROUTER of its wrangler.toml. It is checked here, once,
// and by hand: a schema library is as large as the router itself.

export interface FunctionSettings {
  /** Name of the service binding that leads to it. */
  readonly binding: string;
  readonly public: boolean;
  readonly timeoutSeconds: number;
  readonly routes: readonly { readonly pattern: string; readonly methods?: readonly string[] }[];
}

export interface RouterSettings {
  readonly domain: string;
  /** By `<project>/<name>`. */
  readonly functions: ReadonlyMap<string, FunctionSettings>;
  /** By the SHA-256 of a token, in hex: the projects that it opens, null for all. */
  readonly credentials: ReadonlyMap<string, readonly string[] | null>;
}

/** The setting that is wrong, what it is, and what it must be. */
export class SettingsFault extends Error {
  override readonly name = 'SettingsFault';
}

const TIMEOUT_SECONDS = { default: 30, min: 1, max: 900 } as const;
const NAME = /^([a-z0-9]([a-z0-9_-]*[a-z0-9])?\/)?[a-z0-9]([a-z0-9_-]*[a-z0-9])?$/;
const PATTERN = /^(\*|(\*\.)?[a-z0-9.-]+(:\d+)?)?\/[^\s?#]*$/;
const METHOD = /^[A-Z]{1,20}$/;

export function readRouterSettings(given: unknown): RouterSettings {
  const top = objectAt('ROUTER', given, ['domain', 'functions', 'credentials']);
  const functions = Object.entries(objectAt('ROUTER.functions', top.functions));
  return {
    domain: match('ROUTER.domain', top.domain, /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'a domain without a port'),
    functions: new Map(functions.map(([name, settings]) => [keyOf(name), functionAt(name, settings)])),
    credentials: new Map(
      Object.entries(objectAt('ROUTER.credentials', top.credentials ?? {})).map(([digest, key]) => [
        match('a key of ROUTER.credentials', digest, /^[0-9a-f]{64}$/, 'the SHA-256 of a token, in hex'),
        projectsOf(digest, key),
      ]),
    ),
  };
}

function keyOf(name: string): string {
  match('a key of ROUTER.functions', name, NAME, 'a name, or "<project>/<name>"');
  return name.includes('/') ? name : `default/${name}`;
}

function functionAt(name: string, given: unknown): FunctionSettings {
  const at = `ROUTER.functions.${name}`;
  const settings = objectAt(at, given, ['binding', 'public', 'timeout', 'routes']);
  const { timeout = TIMEOUT_SECONDS.default } = settings;
  if (
    !Number.isInteger(timeout) ||
    Number(timeout) < TIMEOUT_SECONDS.min ||
    Number(timeout) > TIMEOUT_SECONDS.max
  )
    throw fault(
      `${at}.timeout`,
      timeout,
      `a whole number of seconds from ${TIMEOUT_SECONDS.min} to ${TIMEOUT_SECONDS.max}`,
    );
  if (settings.public !== undefined && typeof settings.public !== 'boolean')
    throw fault(`${at}.public`, settings.public, 'true or false');
  return {
    binding: match(`${at}.binding`, settings.binding, /^[A-Za-z_$][\w$]*$/, 'the name of a service binding'),
    public: settings.public === true,
    timeoutSeconds: Number(timeout),
    routes: listAt(`${at}.routes`, settings.routes ?? []).map((route, index) =>
      routeAt(`${at}.routes[${index}]`, route),
    ),
  };
}

function routeAt(at: string, given: unknown): FunctionSettings['routes'][number] {
  const what = 'a route such as "api.example.com/users/*"';
  if (typeof given === 'string') return { pattern: match(at, given, PATTERN, what) };
  const { pattern, methods } = objectAt(at, given, ['pattern', 'methods']);
  const checked = match(`${at}.pattern`, pattern, PATTERN, what);
  if (methods === undefined) return { pattern: checked };
  const list = listAt(`${at}.methods`, methods).map((one) =>
    match(`${at}.methods`, one, METHOD, 'upper-case HTTP methods'),
  );
  return { pattern: checked, methods: list };
}

function projectsOf(digest: string, given: unknown): readonly string[] | null {
  const at = `ROUTER.credentials.${digest.slice(0, 8)}…`;
  const { projects } = objectAt(at, given, ['projects']);
  return projects === undefined
    ? null
    : listAt(`${at}.projects`, projects).map((one) =>
        match(`${at}.projects`, one, NAME, 'names of projects'),
      );
}

/** Without `keys`, any. */
function objectAt(at: string, given: unknown, keys?: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw fault(at, given, 'an object; docs/router-on-cloudflare.md has an example');
  const unknown = keys && Object.keys(given).find((key) => !keys.includes(key));
  if (unknown !== undefined)
    throw fault(`${at}.${unknown}`, 'set', `left out: the settings are ${keys?.join(', ')}`);
  return given as Readonly<Record<string, unknown>>;
}

function listAt(at: string, given: unknown): readonly unknown[] {
  if (!Array.isArray(given)) throw fault(at, given, 'a list');
  return given;
}

function match(at: string, given: unknown, pattern: RegExp, what: string): string {
  if (typeof given !== 'string' || !pattern.test(given)) throw fault(at, given, what);
  return given;
}

function fault(at: string, given: unknown, what: string): SettingsFault {
  const shown = given === undefined ? 'not set' : JSON.stringify(given)?.slice(0, 80);
  return new SettingsFault(`${at} is ${shown}: it must be ${what}.`);
}
