// What each route needs, and the step of the front door that sees to it.
//
// A rule comes with its operation, where it cannot be left out. A route that has none and is not open is a bug,
// and is closed.

import { strict as assert } from 'node:assert';
import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { type Actor, may, type Permission, rolesThatMay } from '../model/access.ts';
import { AppError } from '../model/errors.ts';
import type { ApiEnv } from './api-env.ts';
import { isOpenRoute } from './auth.ts';

/** `open` needs no credential at all. */
export type Access = 'open' | Permission;

export interface Rule {
  readonly operation: string;
  readonly access: Access;
}

export class AccessRules {
  readonly #rules = new Map<string, Rule>();

  /** `path` as the router writes it: `/functions/:id`. */
  add(method: string, path: string, rule: Rule): void {
    assert(
      (rule.access === 'open') === isOpenRoute(path),
      `${path} is open in its rule or in auth.ts, and not in both`,
    );
    this.#rules.set(`${method.toUpperCase()} ${path}`, rule);
  }

  /** Of the operation that the request is for; undefined for a path that is none. */
  of(c: Context<ApiEnv>): Rule | undefined {
    const route = routeOf(c);
    return route && this.#rules.get(`${route.method} ${route.path}`);
  }

  /** Refuses a role that is too low before anything is read, looked up or done. */
  readonly enforce: MiddlewareHandler<ApiEnv> = async (c, next) => {
    const route = routeOf(c);
    if (route && !isOpenRoute(route.path)) {
      const rule = this.of(c);
      assert(rule, `${route.method} ${route.path} has no rule of access: declare it with addOperation`);
      const actor = c.get('actor');
      assert(actor, `${route.path} is not open, so that somebody has been let in`);
      if (rule.access !== 'open') requirePermission(actor, rule.access, rule.operation);
    }
    await next();
  };
}

/** @throws {AppError} FN_009 naming the role that the actor has and those that would do. */
export function requirePermission(actor: Actor, permission: Permission, what: string): void {
  if (may(actor.role, permission)) return;
  throw new AppError(
    'FN_009',
    `${what} needs the role ${anyOf(rolesThatMay(permission))}, and the key "${actor.name}" has the role ${actor.role}: use another key.`,
  );
}

const anyOf = (names: readonly string[]): string =>
  names.length > 1 ? `${names.slice(0, -1).join(', ')} or ${names.at(-1)}` : String(names[0]);

/** The route that will answer, which is the first but for the front door's own steps: those are on everything. */
const routeOf = (c: Context<ApiEnv>): { readonly method: string; readonly path: string } | undefined =>
  matchedRoutes(c).find(({ method, path }) => method !== 'ALL' || path !== '/*');
