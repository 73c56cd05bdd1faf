// Who the visitor is: by the rule `auth` of the platform, which has let him in already and says so in headers that nobody
// else can send; or by a token, a password or a check of the function's own.

import { verify } from 'hono/jwt';
import { auth as readBasic } from 'hono/utils/basic-auth';
import { timingSafeEqual } from 'hono/utils/buffer';
import type { Context } from './context.ts';
import type { Middleware } from './middleware.ts';
import { refuse } from './refuse.ts';

export interface User {
  readonly subject: string;
  readonly roles: readonly string[];
  readonly claims: Readonly<Record<string, unknown>>;
}

type JwtAlgorithm =
  | 'HS256'
  | 'HS384'
  | 'HS512'
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA';

export interface AuthOptions {
  /** Whether who cannot say who he is gets 401; true unless set. */
  readonly required?: boolean;
  /** One of these is needed; otherwise 403. */
  readonly roles?: readonly string[];
  /** `Authorization: Bearer <token>`, checked with Hono's `verify`: one algorithm, which the token must name. */
  readonly jwt?: {
    readonly secret: string;
    readonly alg: JwtAlgorithm;
    readonly issuer?: string;
    readonly audience?: string;
  };
  /** `Authorization: Basic …`: the password of each name. */
  readonly basic?: Readonly<Record<string, string>>;
  /** Anything else; null for nobody. */
  readonly verify?: (request: Request, context: Context) => User | null | Promise<User | null>;
}

export function auth(
  options: AuthOptions & { readonly required: false },
): Middleware<{ readonly user: User | null }>;
export function auth(options?: AuthOptions): Middleware<{ readonly user: User }>;
export function auth(options: AuthOptions = {}): Middleware<{ readonly user: User | null }> {
  const { required = true, roles } = options;
  return async (request, context, next) => {
    const user = await find(request, context, options);
    if (!user && required)
      return refuse(401, 'FN_009', 'This function asks who you are: send a credential that it takes.', {
        'www-authenticate': options.basic && !options.jwt ? 'Basic realm="function"' : 'Bearer',
      });
    if (roles && !user?.roles.some((role) => roles.includes(role)))
      return refuse(403, 'FN_009', `This is for ${roles.join(' or ')} only.`);
    context.user = user;
    return next();
  };
}

async function find(
  request: Request,
  context: Context,
  { jwt, basic, verify: check }: AuthOptions,
): Promise<User | null> {
  return (
    ofPlatform(request.headers) ??
    (jwt ? await ofToken(request.headers.get('authorization'), jwt) : null) ??
    (basic ? await ofPassword(request, basic) : null) ??
    (check ? await check(request, context) : null)
  );
}

function ofPlatform(headers: Headers): User | null {
  const subject = headers.get('x-selvedge-user');
  if (subject === null) return null;
  const roles = readText(headers.get('x-selvedge-roles') ?? '');
  const claims = headers.get('x-selvedge-claims');
  return {
    subject: readText(subject),
    roles: roles === '' ? [] : roles.split(',').map(decodeURIComponent),
    claims: claims === null ? {} : (JSON.parse(readText(claims)) as User['claims']),
  };
}

/** What is not ASCII comes in base64url behind `=`. */
function readText(value: string): string {
  if (!value.startsWith('=')) return value;
  const binary = atob(value.slice(1).replaceAll('-', '+').replaceAll('_', '/'));
  return new TextDecoder().decode(Uint8Array.from(binary, (byte) => byte.charCodeAt(0)));
}

async function ofToken(
  header: string | null,
  { secret, alg, issuer, audience }: NonNullable<AuthOptions['jwt']>,
): Promise<User | null> {
  const token = /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];
  if (token === undefined) return null;
  const claims = await verify(token, secret, {
    alg,
    ...(issuer !== undefined && { iss: issuer }),
    ...(audience !== undefined && { aud: audience }),
  }).catch(() => null); // Whatever is wrong with it, it says nothing.
  if (typeof claims?.sub !== 'string') return null;
  const { roles } = claims;
  return { subject: claims.sub, roles: Array.isArray(roles) ? roles.map(String) : [], claims };
}

async function ofPassword(
  request: Request,
  passwords: Readonly<Record<string, string>>,
): Promise<User | null> {
  const given = readBasic(request);
  if (!given) return null;
  const known = Object.hasOwn(passwords, given.username) ? passwords[given.username] : undefined;
  // Compared as well where there is no such name, so that the time does not tell which there are.
  const same = await timingSafeEqual(given.password, known ?? '');
  return known !== undefined && same ? { subject: given.username, roles: [], claims: {} } : null;
}
