// Requests that were refused, on their way to the audit log.
//
// Whoever has no key can send as many requests as the network carries. So a refusal is no write: like ones are
// counted, and once a minute each count becomes one entry. When there are too many kinds, as when many addresses
// try, the rest is counted together. A control that is killed loses the counts of its last minute; changes are
// never counted here, and never lost.

import type { Actor } from '../model/access.ts';
import type { AuditEntry } from '../model/audit.ts';
import type { Store } from '../store/store.ts';
import type { Refusal } from './platform.ts';
import type { PlatformLog } from './platform-log.ts';

const refusalFlushMs = 60_000;
/** Kinds of refusals that are told apart within that time. */
export const refusalKindsMax = 100;

/** Begins the kind of those beyond `refusalKindsMax`: one for each status. */
const OTHERS = 'others';

interface Counted {
  readonly refusal: Refusal;
  readonly time: string;
  readonly requestId: string;
  readonly count: number;
}

const NOBODY = { id: null, name: 'nobody', role: null } as const;

export class Refusals {
  readonly #store: Store;
  readonly #log: PlatformLog;
  #counted = new Map<string, Counted>();
  #timer: NodeJS.Timeout | undefined;

  constructor(store: Store, log: PlatformLog) {
    this.#store = store;
    this.#log = log;
  }

  note(refusal: Refusal): void {
    const { actor, address, status, operation, requestId } = refusal;
    const kind = JSON.stringify([actor?.id, address, status, operation]);
    this.#count(kind, { refusal, time: new Date().toISOString(), requestId, count: 1 });
  }

  /** Resolves when all that was noted so far is in the log. What cannot be stored is tried again with the next. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const counted = this.#counted;
    if (counted.size === 0) return;
    this.#counted = new Map();
    try {
      await this.#store.transaction(async (tx) => {
        for (const one of counted.values()) await tx.audit.add(entryOf(one));
      });
    } catch (error) {
      for (const [kind, one] of counted) this.#count(kind, one);
      throw error;
    }
  }

  #count(kind: string, more: Counted): void {
    this.#timer ??= setTimeout(() => {
      this.flush().catch((error: unknown) =>
        this.#log.error('refusals could not be stored', { error: String(error) }),
      );
    }, refusalFlushMs).unref();
    const known = this.#counted.get(kind);
    if (known) {
      const { time, requestId } = more.time >= known.time ? more : known;
      this.#counted.set(kind, { ...known, time, requestId, count: known.count + more.count });
    } else if (this.#counted.size < refusalKindsMax || kind.startsWith(OTHERS)) {
      this.#counted.set(kind, more);
    } else {
      const { refusal } = more;
      const others = { ...refusal, actor: null, address: null, operation: null };
      this.#count(`${OTHERS} ${refusal.status}`, { ...more, refusal: others });
    }
  }
}

function entryOf({ refusal, time, requestId, count }: Counted): AuditEntry {
  const { actor, address, status, operation } = refusal;
  return {
    ...{ time, requestId, address, changes: {} },
    actor: actor ? identityOf(actor) : NOBODY,
    action: 'access.refuse',
    ...{ project: null, function: null, key: null },
    refused: { status, operation, count },
  };
}

const identityOf = ({ id, name, role }: Actor) => ({ id, name, role });
