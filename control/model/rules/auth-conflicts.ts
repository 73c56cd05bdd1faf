// What a rule about who is let in says that cannot hold together.

import type { Rules } from '../rules.ts';
import { type AuthMethodRule, type AuthRule, methodsOfAuth } from './auth.ts';
import { type JwtRule, SECRET_ALGORITHMS } from './auth-jwt.ts';
import type { RuleConflict } from './conflict.ts';

type Placed = { readonly method: AuthMethodRule; readonly path: readonly (string | number)[] };

export function authConflicts({ auth }: Rules): RuleConflict[] {
  if (!auth) return [];
  const placed = placedMethods(auth);
  return [...placed.flatMap(jwtConflicts), ...lacks(auth), ...places(placed), ...anonymous(auth)];
}

function placedMethods({ method, any_of }: AuthRule): Placed[] {
  if (method) return [{ method, path: ['auth', 'method'] }];
  return (any_of ?? []).map((one, index) => ({ method: one, path: ['auth', 'any_of', index] }));
}

const isSecret = (algorithm: string): boolean => (SECRET_ALGORITHMS as readonly string[]).includes(algorithm);

function jwtConflicts({ method, path }: Placed): RuleConflict[] {
  if (method.type !== 'jwt') return [];
  const conflicts: RuleConflict[] = [];
  const bySecret = method.secret !== undefined;
  const wrong = method.algorithms?.filter((algorithm) => isSecret(algorithm) !== bySecret) ?? [];
  if (wrong.length > 0)
    conflicts.push({
      path: [...path, 'algorithms'],
      message: bySecret
        ? `has ${wrong.join(', ')}, which takes a public key, and \`secret\` is none: name HS256, HS384 or HS512`
        : `has ${wrong.join(', ')}, which takes a secret, and \`${keyName(method)}\` is known to everybody: leave it out`,
    });
  const times = (['jwks_max_age', 'jwks_stale'] as const).filter((name) => method[name] !== undefined);
  if (times.length > 0 && method.jwks_url === undefined)
    conflicts.push({
      path: [...path, times[0] as string],
      message: `is about keys from \`jwks_url\`, and the keys are those of \`${keyName(method)}\``,
    });
  return conflicts;
}

const keyName = ({ secret, public_key, jwks }: JwtRule): string => {
  if (secret !== undefined) return 'secret';
  if (public_key !== undefined) return 'public_key';
  return jwks === undefined ? 'jwks_url' : 'jwks';
};

const hasRoles = (method: AuthMethodRule): boolean =>
  method.type === 'jwt' || (method.type === 'basic' && method.users.some(({ roles }) => roles !== undefined));
const hasScopes = ({ type }: AuthMethodRule): boolean => type === 'jwt' || type === 'api_key';
const hasClaims = ({ type }: AuthMethodRule): boolean => type === 'jwt' || type === 'mtls';

/** Nobody could ever be let in. */
function lacks(auth: AuthRule): RuleConflict[] {
  const methods = methodsOfAuth(auth);
  const types = [...new Set(methods.map(({ type }) => type))].join(', ');
  const check = (
    key: 'roles' | 'scopes' | 'claims',
    has: (method: AuthMethodRule) => boolean,
  ): RuleConflict[] =>
    auth[key] === undefined || methods.some(has)
      ? []
      : [
          {
            path: ['auth', key],
            message: `asks for ${key}, which nobody has who comes by ${types}: all would be refused`,
          },
        ];
  return [...check('roles', hasRoles), ...check('scopes', hasScopes), ...check('claims', hasClaims)];
}

/** Which of two would judge the one header is for nobody to find out. */
function places(placed: readonly Placed[]): RuleConflict[] {
  const conflicts: RuleConflict[] = [];
  for (const type of ['basic', 'signed_url', 'api_key'] as const) {
    const [, second] = placed.filter(({ method }) => method.type === type);
    if (second) conflicts.push({ path: second.path, message: `is a second ${type}: put both into one` });
  }
  return conflicts;
}

function anonymous(auth: AuthRule): RuleConflict[] {
  const asked = (['roles', 'scopes', 'claims'] as const).find((key) => auth[key] !== undefined);
  if (auth.required || asked === undefined) return [];
  return [
    {
      path: ['auth', 'required'],
      message: `is false, which lets in whoever shows nothing, and \`${asked}\` refuses those who show who they are: one of the two must go`,
    },
  ];
}
