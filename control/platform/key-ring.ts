// The API keys, in memory as they are stored: every request asks for one. The store is the truth; the ring is
// read from it at start and changed after each commit, and so are the credentials at the fronts.

import { createHash } from 'node:crypto';
import type { Credentials } from '../../edge/contract/routing-table.ts';
import {
  type Actor,
  actorOf,
  type Caller,
  type CreateKey,
  isWithin,
  type KeyRecord,
  may,
  OWNER,
  widerThan,
} from '../model/access.ts';
import { AppError } from '../model/errors.ts';
import type { KeyId } from '../model/ids.ts';
import { keysMax } from '../model/limits.ts';
import { readCursor, toPage } from '../store/cursor.ts';
import { newKeyId, newToken } from '../store/new-id.ts';
import type { Store } from '../store/store.ts';
import { keyEntry } from './audit-entry.ts';
import type { CreatedKey, Identity, Page, PageRequest } from './platform.ts';

/** Of the token, `slv_` included. What is left of it has 202 random bits. */
const prefixLength = 10;
const minuteMs = 60_000;

export interface KeyRingOptions {
  readonly store: Store;
  readonly ownerToken: string;
  /** Brings `credentials()` to the fronts; resolves when all of them have it. */
  readonly publish: () => Promise<void>;
}

export class KeyRing {
  readonly #options: KeyRingOptions;
  readonly #byHash = new Map<string, KeyRecord>();
  readonly #byId = new Map<string, KeyRecord>();
  #used = new Map<KeyId, string>();
  #timer: NodeJS.Timeout | undefined;

  static async read(options: KeyRingOptions): Promise<KeyRing> {
    const ring = new KeyRing(options);
    for (const key of await options.store.keys.all()) ring.#put(key);
    return ring;
  }

  private constructor(options: KeyRingOptions) {
    this.#options = options;
  }

  /** Whose token it is. The owner's is not asked for here: it is no key. */
  identify(token: string): Identity | undefined {
    const key = this.#byHash.get(sha256(token));
    if (!key) return undefined;
    const actor = actorOf(key);
    if (isOver(key, Date.now())) return { actor, expired: true };
    this.#saw(key, Date.now());
    return { actor, expired: false };
  }

  byId(id: string): KeyRecord | undefined {
    return this.#byId.get(id);
  }

  /** The newest of that name: names are not unique. */
  named(name: string): KeyRecord | undefined {
    const found = [...this.#byId.values()].filter((key) => key.name === name);
    return found.toSorted((a, b) => compare(b.createdAt, a.createdAt))[0];
  }

  /** Whether whoever was let in once would be let in now. */
  stands(actor: Actor): boolean {
    if (actor.id === OWNER.id) return true;
    const key = this.#byId.get(actor.id);
    return key !== undefined && !isOver(key, Date.now());
  }

  /** What fronts are to know: the owner's token, and keys whose role may invoke. */
  credentials(): Credentials {
    const owner: Credentials[string] = { role: 'owner', projects: null, expiresAt: null };
    const all: Credentials = { [sha256(this.#options.ownerToken)]: owner };
    for (const { hash, role, projects, expiresAt } of this.#byHash.values()) {
      // The second says nothing more to people, and to the compiler which roles are left.
      if (!may(role, 'invoke') || role === 'viewer') continue;
      const ends = expiresAt === null ? null : Date.parse(expiresAt);
      all[hash] = { role, projects: projects && [...projects], expiresAt: ends };
    }
    return all;
  }

  /** A front let in whoever has a token of this digest. */
  usedAtFront(digests: readonly string[]): void {
    for (const digest of digests) {
      const key = this.#byHash.get(digest);
      if (key) this.#saw(key, Date.now());
    }
  }

  /** The key is good everywhere when this resolves; its token is in the answer and nowhere else. */
  async create(by: Caller, input: CreateKey): Promise<CreatedKey> {
    const projects = input.projects && [...new Set(input.projects)];
    const wider = widerThan(by.actor, { projects, expiresAt: input.expires_at });
    if (wider !== undefined) {
      throw new AppError('FN_009', `A key cannot make one that is wider than itself, and ${wider}`);
    }
    const now = new Date();
    if (input.expires_at !== null && input.expires_at <= now.toISOString()) {
      throw new AppError(
        'FN_006',
        `expires_at is ${input.expires_at}, which is past: send a time to come, or null for a key without an end.`,
        { issues: [{ message: 'is past', path: 'expires_at' }] },
      );
    }
    const token = newToken();
    const key: KeyRecord = {
      ...{ id: newKeyId(), name: input.name, role: input.role, projects },
      ...{ hash: sha256(token), prefix: token.slice(0, prefixLength) },
      ...{ createdAt: now.toISOString(), expiresAt: input.expires_at, lastUsedAt: null },
    };
    await this.#options.store.transaction(async (tx) => {
      if ((await tx.keys.count()) >= keysMax) throw tooMany();
      await tx.keys.insert(key);
      await tx.audit.add(keyEntry(by, 'key.create', key));
    });
    this.#put(key);
    await this.#options.publish();
    return { key, token };
  }

  /** Oldest first: those that the caller may administer. */
  list({ actor }: Caller, { limit, cursor }: PageRequest): Page<KeyRecord> {
    const after = cursor === undefined ? undefined : readCursor(cursor);
    const visible = [...this.#byId.values()]
      .filter((key) => isWithin(key.projects, actor.projects))
      .toSorted((a, b) => compare(a.createdAt, b.createdAt) || compare(a.id, b.id))
      .filter(({ createdAt, id }) => !after || (compare(createdAt, after[0]) || compare(id, after[1])) > 0);
    return toPage(visible.slice(0, limit + 1), limit, ({ createdAt, id }) => [createdAt, id]);
  }

  get({ actor }: Caller, id: string): KeyRecord {
    const key = this.#byId.get(id);
    if (key && isWithin(key.projects, actor.projects)) return key;
    throw new AppError(
      'FN_001',
      `There is no key "${id.slice(0, 80)}" that you may administer: GET /keys lists those by their ids.`,
    );
  }

  /** The key opens nothing any more when this resolves: neither here nor at any front. */
  async revoke(by: Caller, id: string): Promise<KeyRecord> {
    const key = this.get(by, id);
    const removed = await this.#options.store.transaction(async (tx) => {
      if (!(await tx.keys.remove(key.id))) return false;
      await tx.audit.add(keyEntry(by, 'key.revoke', key));
      return true;
    });
    this.#byHash.delete(key.hash);
    this.#byId.delete(key.id);
    this.#used.delete(key.id);
    await this.#options.publish();
    // Somebody else was first; their entry is in the log.
    if (!removed) return this.get(by, id);
    return key;
  }

  /** Stores when keys were last used. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const used = this.#used;
    this.#used = new Map();
    await this.#options.store.keys.recordUse(used);
  }

  #put(key: KeyRecord): void {
    this.#byHash.set(key.hash, key);
    this.#byId.set(key.id, key);
  }

  /** To the minute: one write a minute, however often the keys are used. */
  #saw(key: KeyRecord, now: number): void {
    const minute = new Date(now - (now % minuteMs)).toISOString();
    if (key.lastUsedAt !== null && key.lastUsedAt >= minute) return;
    this.#put({ ...key, lastUsedAt: minute });
    this.#used.set(key.id, minute);
    this.#timer ??= setTimeout(() => {
      // It is told again at the next use, and a time that is a minute off is no loss.
      this.flush().catch(() => undefined);
    }, minuteMs).unref();
  }
}

const isOver = ({ expiresAt }: KeyRecord, now: number): boolean =>
  expiresAt !== null && now >= Date.parse(expiresAt);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const tooMany = (): AppError =>
  new AppError(
    'FN_006',
    `The platform has ${keysMax} keys, which is the most it may have: revoke those that nobody uses (last_used_at in GET /keys) or that have expired.`,
    { status: 409 },
  );
