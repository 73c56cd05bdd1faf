// Keys of functions' visitors, in memory as they are stored, and at every front. The store is the truth; this is read
// from it at start and changed after each commit.

import { createHash } from 'node:crypto';
import type { ApiKeyEntry } from '../../edge/contract/routing-table.ts';
import type { Caller } from '../model/access.ts';
import { inScope } from '../model/access.ts';
import type { ApiKeyRecord, CreateApiKey } from '../model/api-key.ts';
import { AppError } from '../model/errors.ts';
import type { ApiKeyId, FunctionId } from '../model/ids.ts';
import { apiKeysMax } from '../model/limits.ts';
import { readCursor, toPage } from '../store/cursor.ts';
import { newApiKeyId, newApiKeyToken } from '../store/new-id.ts';
import type { Store } from '../store/store.ts';
import { apiKeyEntry } from './audit-entry.ts';
import type { ChangeQueue } from './change-queue.ts';
import type { CreatedApiKey, ListApiKeys, Page } from './platform.ts';
import { refuseOutsideOfScope } from './scope.ts';

/** Of the token, `svk_` included. What is left of it has 202 random bits. */
const prefixLength = 10;
const minuteMs = 60_000;

/** By digest: null for one that is gone. */
export type ApiKeyChanges = Readonly<Record<string, ApiKeyEntry | null>>;

export interface VisitorKeysOptions {
  readonly store: Store;
  /** Brings changes to the fronts; resolves when all of them have them. */
  readonly publish: (changes: ApiKeyChanges) => Promise<void>;
}

export class VisitorKeys {
  readonly #options: VisitorKeysOptions;
  readonly #byHash = new Map<string, ApiKeyRecord>();
  readonly #byId = new Map<string, ApiKeyRecord>();
  #used = new Map<ApiKeyId, string>();
  #timer: NodeJS.Timeout | undefined;

  static async read(options: VisitorKeysOptions): Promise<VisitorKeys> {
    const keys = new VisitorKeys(options);
    for (const key of await options.store.apiKeys.all()) keys.#put(key);
    return keys;
  }

  private constructor(options: VisitorKeysOptions) {
    this.#options = options;
  }

  /** What fronts are to know when they start. */
  entries(): Record<string, ApiKeyEntry> {
    return Object.fromEntries([...this.#byHash].map(([hash, key]) => [hash, entryOf(key)]));
  }

  /** A front let in whoever has a token of this digest. */
  usedAtFront(digests: readonly string[]): void {
    const now = Date.now();
    const minute = new Date(now - (now % minuteMs)).toISOString();
    for (const digest of digests) {
      const key = this.#byHash.get(digest);
      if (!key || (key.lastUsedAt !== null && key.lastUsedAt >= minute)) continue;
      this.#put({ ...key, lastUsedAt: minute });
      this.#used.set(key.id, minute);
      this.#timer ??= setTimeout(() => {
        // It is told again at the next use, and a time that is a minute off is no loss.
        this.flush().catch(() => undefined);
      }, minuteMs).unref();
    }
  }

  /** The key is good at every front when this resolves; its token is in the answer and nowhere else. */
  async create(by: Caller, input: CreateApiKey, queue: ChangeQueue): Promise<CreatedApiKey> {
    const { name, project, scopes, expires_at } = input;
    refuseOutsideOfScope(by, project);
    const only =
      input.function === undefined ? null : queue.find(by, { idOrName: input.function, project }).record;
    if (only && only.project !== project)
      throw new AppError(
        'FN_006',
        `function is "${input.function}", which is of project "${only.project}", and project is "${project}": send {"project": "${only.project}"}.`,
      );
    const now = new Date().toISOString();
    if (expires_at !== null && expires_at <= now)
      throw new AppError(
        'FN_006',
        `expires_at is ${expires_at}, which is past: send a time to come, or null for a key without an end.`,
        { issues: [{ message: 'is past', path: 'expires_at' }] },
      );
    const token = newApiKeyToken();
    const key: ApiKeyRecord = {
      ...{ id: newApiKeyId(), name, project, functionId: only?.id ?? null, scopes: [...new Set(scopes)] },
      ...{ hash: sha256(token), prefix: token.slice(0, prefixLength) },
      ...{ createdAt: now, expiresAt: expires_at, lastUsedAt: null },
    };
    await this.#options.store.transaction(async (tx) => {
      if ((await tx.apiKeys.count()) >= apiKeysMax) throw tooMany();
      await tx.apiKeys.insert(key);
      await tx.audit.add(apiKeyEntry(by, 'api_key.create', key));
    });
    this.#put(key);
    await this.#options.publish({ [key.hash]: entryOf(key) });
    return { key, token };
  }

  /** Oldest first: those of the caller's projects. */
  list({ actor }: Caller, { limit, cursor, project, functionId }: ListApiKeys): Page<ApiKeyRecord> {
    const after = cursor === undefined ? undefined : readCursor(cursor);
    const visible = [...this.#byId.values()]
      .filter((key) => inScope(actor.projects, key.project))
      .filter((key) => project === undefined || key.project === project)
      .filter((key) => functionId === undefined || key.functionId === functionId)
      .toSorted((a, b) => compare(a.createdAt, b.createdAt) || compare(a.id, b.id))
      .filter(({ createdAt, id }) => !after || (compare(createdAt, after[0]) || compare(id, after[1])) > 0);
    return toPage(visible.slice(0, limit + 1), limit, ({ createdAt, id }) => [createdAt, id]);
  }

  /** The key opens nothing any more when this resolves. */
  async revoke(by: Caller, id: string): Promise<ApiKeyRecord> {
    const key = this.#byId.get(id);
    if (!key || !inScope(by.actor.projects, key.project)) throw noKey(id);
    const removed = await this.#options.store.transaction(async (tx) => {
      if (!(await tx.apiKeys.remove(key.id))) return false;
      await tx.audit.add(apiKeyEntry(by, 'api_key.revoke', key));
      return true;
    });
    this.#drop(key);
    await this.#options.publish({ [key.hash]: null });
    // Somebody else was first; their entry is in the log.
    if (!removed) throw noKey(id);
    return key;
  }

  /** A function is gone, and so are the keys that opened it alone. */
  async functionDeleted(functionId: FunctionId): Promise<void> {
    const keys = [...this.#byId.values()].filter((key) => key.functionId === functionId);
    if (keys.length > 0) await this.#options.store.apiKeys.removeOfFunction(functionId);
    await this.#forget(keys);
  }

  /** A project is gone, and its keys were removed with it. */
  projectDeleted(project: string): Promise<void> {
    return this.#forget([...this.#byId.values()].filter((key) => key.project === project));
  }

  async #forget(keys: readonly ApiKeyRecord[]): Promise<void> {
    if (keys.length === 0) return;
    for (const key of keys) this.#drop(key);
    await this.#options.publish(Object.fromEntries(keys.map(({ hash }) => [hash, null])));
  }

  /** Stores when keys were last used. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const used = this.#used;
    this.#used = new Map();
    await this.#options.store.apiKeys.recordUse(used);
  }

  #put(key: ApiKeyRecord): void {
    this.#byHash.set(key.hash, key);
    this.#byId.set(key.id, key);
  }

  #drop(key: ApiKeyRecord): void {
    this.#byHash.delete(key.hash);
    this.#byId.delete(key.id);
    this.#used.delete(key.id);
  }
}

const entryOf = ({ id, project, functionId, scopes, expiresAt }: ApiKeyRecord): ApiKeyEntry => ({
  ...{ id, project, function: functionId, scopes: [...scopes] },
  expiresAt: expiresAt === null ? null : Date.parse(expiresAt),
});

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const noKey = (id: string): AppError =>
  new AppError(
    'FN_001',
    `There is no API key "${id.slice(0, 80)}" that you may revoke: GET /api-keys lists those by their ids.`,
  );

const tooMany = (): AppError =>
  new AppError(
    'FN_006',
    `The platform has ${apiKeysMax} API keys, which is the most it may have: revoke those that nobody uses (last_used_at in GET /api-keys) or that have expired.`,
    { status: 409 },
  );
