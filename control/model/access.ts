// Who may do what: the one place where it is decided. A key has a role and, if it is not for all, the projects
// that it is for; what an operation needs is said where it is declared.
//
// | needs       | viewer | invoker | deployer | owner | is                                                        |
// | ----------- | ------ | ------- | -------- | ----- | --------------------------------------------------------- |
// | read        | yes    |         | yes      | yes   | functions, versions, deployments, logs, names of variables |
// | read_source |        |         | yes      | yes   | source, the config of a version, values of plain variables |
// | invoke      |        | yes     | yes      | yes   | control's invoke, and functions that are not public        |
// | change      |        |         | yes      | yes   | create, change, deploy, roll back, delete                  |
// | administer  |        |         |          | yes   | keys and the audit log                                     |
//
// A viewer watches: for that, names and logs are enough, and neither source nor a plain variable (where many a
// password is kept by mistake) has to leave the hands of those who deploy. An invoker may not even list: such a
// key is in somebody's app or device, and one that leaks must not tell what else there is to call. It gets what
// a visitor gets, so no logs and no stack of what it called.

import { z } from 'zod';
import { nameSchema } from './function.ts';
import type { KeyId } from './ids.ts';
import * as limits from './limits.ts';

export const ROLES = ['owner', 'deployer', 'invoker', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

export type Permission = 'read' | 'read_source' | 'invoke' | 'change' | 'administer';

const PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: ['read'],
  invoker: ['invoke'],
  deployer: ['read', 'read_source', 'invoke', 'change'],
  owner: ['read', 'read_source', 'invoke', 'change', 'administer'],
};

export const may = (role: Role, permission: Permission): boolean => PERMISSIONS[role].includes(permission);

/** The least powerful first, as a person would be given them. */
export const rolesThatMay = (permission: Permission): Role[] =>
  (['viewer', 'invoker', 'deployer', 'owner'] as const).filter((role) => may(role, permission));

/** Projects that something is for; null is all, also those that do not exist yet. */
export type Scope = readonly string[] | null;

export const inScope = (scope: Scope, project: string): boolean => scope === null || scope.includes(project);

export const isWithin = (inner: Scope, outer: Scope): boolean =>
  outer === null || inner?.every((project) => outer.includes(project)) === true;

/** Who acts. */
export interface Actor {
  /** A key's id, or `owner` for the owner's token and for everybody where no token is asked for. */
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly projects: Scope;
  /** ISO 8601; null for one that does not end by itself. */
  readonly expiresAt: string | null;
}

/** Who asks, and by which request: goes with every call, so that scope is checked and changes are told of. */
export interface Caller {
  readonly actor: Actor;
  readonly requestId: string;
  /** Of the other end of the connection, which may be a proxy; null where there is no connection. */
  readonly address: string | null;
}

/** The token of SELVEDGE_TOKEN or of the file. It is no key: it has all projects and cannot be revoked. */
export const OWNER: Actor = {
  id: 'owner',
  name: "the owner's token",
  role: 'owner',
  projects: null,
  expiresAt: null,
};
/** What the platform does by itself is told of in the audit log too. */
export const PLATFORM: Actor = { ...OWNER, id: 'platform', name: 'the platform itself' };
/** Whoever reaches control where SELVEDGE_AUTH is `none`. */
export const ANYONE: Actor = { ...OWNER, name: 'anyone (SELVEDGE_AUTH=none)' };

export const createKeySchema = z.strictObject({
  name: z
    .string()
    .min(1, 'is empty: say what the key is for')
    .max(limits.keyNameLengthMax)
    // Not as a pattern, as the classes are of JavaScript and the schema goes into the OpenAPI document.
    .refine((name) => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(name), 'must be one line of visible text'),
  role: z.enum(ROLES),
  projects: z
    .array(nameSchema)
    .min(1, 'is empty, and a key for no project opens nothing: name projects, or send null for all')
    .max(limits.keyProjectsMax)
    .nullable(),
  expires_at: z.iso
    .datetime({ offset: true })
    .transform((time) => new Date(time).toISOString())
    .nullable()
    .default(null),
});
export type CreateKey = z.infer<typeof createKeySchema>;
export type CreateKeyInput = z.input<typeof createKeySchema>;

/** What is stored of a key. The token itself is not. */
export interface KeyRecord {
  readonly id: KeyId;
  readonly name: string;
  readonly role: Role;
  readonly projects: Scope;
  /** SHA-256 of the token, in hex. */
  readonly hash: string;
  /** First characters of the token, so that a person can tell which one it is. */
  readonly prefix: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  /** To the minute; null for one that was never used. */
  readonly lastUsedAt: string | null;
}

export const actorOf = ({ id, name, role, projects, expiresAt }: KeyRecord): Actor => ({
  ...{ id, name, role, projects, expiresAt },
});

/** What of `wanted` is more than `maker` has, in words; undefined for a key that `maker` may make. */
export function widerThan(
  maker: Actor,
  wanted: { readonly projects: Scope; readonly expiresAt: string | null },
): string | undefined {
  if (!isWithin(wanted.projects, maker.projects)) {
    const own = maker.projects?.join(', ');
    return wanted.projects === null
      ? `projects is null, which is all of them: name some of ${own}.`
      : `projects has ${wanted.projects.filter((name) => !inScope(maker.projects, name)).join(', ')}: name some of ${own}.`;
  }
  if (maker.expiresAt !== null && (wanted.expiresAt === null || wanted.expiresAt > maker.expiresAt)) {
    return `expires_at is ${wanted.expiresAt ?? 'null, which is never'}: send ${maker.expiresAt} or an earlier time.`;
  }
  return undefined;
}
