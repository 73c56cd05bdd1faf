// Logins of command lines: a person shows a token once, and the command line gets keys of a short life in its place.
//
// A login is a key, named after it, and a refresh token. The key opens what the person's token opens, for an hour. The
// refresh token opens nothing itself: it is good for the next key, as long as the login's key is in the ring and the
// person's token still stands. So whoever revokes the key ends the login, and nothing more has to be stored.

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Actor, actorOf, type Caller, type KeyRecord, OWNER } from '../model/access.ts';
import { AppError } from '../model/errors.ts';
import type { Vault } from '../secrets/vault.ts';
import type { KeyRing } from './key-ring.ts';
import type { FinishLogin, LoginTokens, StartLogin } from './platform.ts';

/** From the person's token to the command line's question. */
export const loginCodeSeconds = 60;
export const loginKeySeconds = 3600;
export const loginDays = 30;
/** Codes that wait to be exchanged. */
export const loginCodesMax = 100;

const REFRESH_PREFIX = 'slr_';
const dayMs = 86_400_000;

interface Pending extends StartLogin {
  readonly actor: Actor;
  readonly endsAt: number;
}

/** What a refresh token says, signed. */
interface Login {
  readonly id: string;
  readonly client: string;
  /** Id of the key that the person showed, or `owner`. */
  readonly parent: string;
  /** Of the owner's token, so that another one ends the logins made with it. */
  readonly mark: string;
  readonly ends: string;
}

export interface LoginsOptions {
  readonly keys: KeyRing;
  readonly vault: Pick<Vault, 'platformMark'>;
  readonly ownerToken: string;
}

type From = Omit<Caller, 'actor'>;

export class Logins {
  readonly #options: LoginsOptions;
  readonly #pending = new Map<string, Pending>();

  constructor(options: LoginsOptions) {
    this.#options = options;
  }

  /** A code for the command line, good once and for a minute. */
  start(actor: Actor, request: StartLogin): string {
    const now = Date.now();
    for (const [code, { endsAt }] of this.#pending) if (endsAt <= now) this.#pending.delete(code);
    if (this.#pending.size >= loginCodesMax)
      throw new AppError('FN_007', `${loginCodesMax} logins wait to be finished: try again in a minute.`, {
        retryAfterSeconds: loginCodeSeconds,
      });
    const code = randomBytes(32).toString('base64url');
    this.#pending.set(code, { ...request, actor, endsAt: now + loginCodeSeconds * 1000 });
    return code;
  }

  async finish(from: From, { code, clientId, redirectUri, verifier }: FinishLogin): Promise<LoginTokens> {
    const pending = this.#pending.get(code);
    // Good once, whoever has it.
    this.#pending.delete(code);
    const proof = createHash('sha256').update(verifier).digest('base64url');
    if (
      !pending ||
      pending.endsAt <= Date.now() ||
      pending.clientId !== clientId ||
      pending.redirectUri !== redirectUri ||
      !same(proof, pending.challenge)
    )
      throw refused('The code is none that this program asked for, was used, or is over: log in again.');
    const { actor } = pending;
    const login: Login = {
      ...{ id: randomBytes(8).toString('hex'), client: clientId, parent: actor.id, mark: this.#ownerMark() },
      ends: earlier(new Date(Date.now() + loginDays * dayMs).toISOString(), actor.expiresAt),
    };
    return this.#issue(from, actor, login);
  }

  async refresh(from: From, token: string, clientId: string): Promise<LoginTokens> {
    const login = this.#read(token);
    const key = login && this.#options.keys.named(nameOf(login));
    const actor = login && this.#parentOf(login);
    if (!login || !key || !actor || login.client !== clientId)
      throw refused('The refresh token is of no login that there is: log in again.');
    const tokens = await this.#issue(from, actor, login);
    await this.#revoke(from, actor, key);
    return tokens;
  }

  /** What is no refresh token, or is over, is left alone: whoever logs out wants to hear no fault. */
  async end(from: From, token: string): Promise<void> {
    const login = this.#read(token);
    const key = login && this.#options.keys.named(nameOf(login));
    if (login && key) await this.#revoke(from, this.#parentOf(login) ?? OWNER, key);
  }

  async #issue(from: From, actor: Actor, login: Login): Promise<LoginTokens> {
    const ends = earlier(new Date(Date.now() + loginKeySeconds * 1000).toISOString(), login.ends);
    const { token } = await this.#options.keys.create(
      { ...from, actor },
      {
        name: nameOf(login),
        role: actor.role,
        projects: actor.projects && [...actor.projects],
        expires_at: earlier(ends, actor.expiresAt),
      },
    );
    return { accessToken: token, refreshToken: this.#write(login), expiresInSeconds: loginKeySeconds };
  }

  async #revoke(from: From, actor: Actor, key: KeyRecord): Promise<void> {
    await this.#options.keys.revoke({ ...from, actor }, key.id);
  }

  /** Undefined when the token that the person showed opens nothing any more. */
  #parentOf({ parent, mark, ends }: Login): Actor | undefined {
    if (Date.parse(ends) <= Date.now()) return undefined;
    if (parent === OWNER.id) return same(mark, this.#ownerMark()) ? OWNER : undefined;
    const key = this.#options.keys.byId(parent);
    const actor = key && actorOf(key);
    return actor && this.#options.keys.stands(actor) ? actor : undefined;
  }

  #ownerMark(): string {
    return this.#options.vault.platformMark('login owner', this.#options.ownerToken).slice(0, 32);
  }

  #write(login: Login): string {
    const text = Buffer.from(JSON.stringify(login)).toString('base64url');
    return `${REFRESH_PREFIX}${text}.${this.#options.vault.platformMark('login', text)}`;
  }

  #read(token: string): Login | undefined {
    const [text = '', mark = ''] = token.slice(REFRESH_PREFIX.length).split('.');
    if (!token.startsWith(REFRESH_PREFIX) || !same(mark, this.#options.vault.platformMark('login', text)))
      return undefined;
    // What is signed is what was written.
    return JSON.parse(Buffer.from(text, 'base64url').toString()) as Login;
  }
}

const nameOf = ({ id }: Login): string => `login ${id}`;

/** In the same time whatever was sent. */
const same = (a: string, b: string): boolean =>
  timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());

const earlier = (a: string, b: string | null): string => (b !== null && b < a ? b : a);

const refused = (message: string): AppError => new AppError('FN_009', message, { status: 401 });
