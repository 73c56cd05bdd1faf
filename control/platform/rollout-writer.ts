// A step of a rollout as it is stored and done: shares, the rollout's row and the entry of the audit log, in one commit.

import { strict as assert } from 'node:assert';
import type { Caller } from '../model/access.ts';
import type { AuditAction, AuditChanges } from '../model/audit.ts';
import { isOver, type RolloutRecord } from '../model/rollout.ts';
import { FULL_SHARE_BP, toPercent } from '../model/share.ts';
import { type RolloutProgress, shareBpAt } from '../plan/step-rollout.ts';
import type { Repositories, Store } from '../store/store.ts';
import { telling } from './alongside.ts';
import type { CatalogEntry } from './catalog.ts';
import type { Share } from './deployer.ts';
import type { FunctionWriter } from './function-writer.ts';

export interface RolloutWriterOptions {
  readonly store: Store;
  readonly writer: FunctionWriter;
}

export class RolloutWriter {
  readonly #options: RolloutWriterOptions;

  constructor(options: RolloutWriterOptions) {
    this.#options = options;
  }

  begin(by: Caller, entry: CatalogEntry, rollout: RolloutRecord, first: RolloutProgress): Promise<void> {
    const { strategy, stepsBp, waitSeconds } = rollout.plan;
    const more: AuditChanges = {
      ...{ rollout: { new: rollout.id }, version: { new: rollout.to }, strategy: { new: strategy } },
      ...{ steps: { new: stepsBp.map(toPercent) }, wait_seconds: { new: waitSeconds } },
    };
    const store = (tx: Repositories): Promise<void> => tx.rollouts.insert(rollout);
    return this.#share(by, entry, rollout, first, { action: 'rollout.start', more, store });
  }

  /** Where shares stay as they are, only what is stored changes. One that is over without a share leaves the deployment. */
  async move(
    by: Caller,
    entry: CatalogEntry,
    rollout: RolloutRecord,
    from: RolloutProgress,
    to: RolloutProgress,
    action: AuditAction,
  ): Promise<void> {
    const { plan, id } = rollout;
    const share = { old: toPercent(shareBpAt(plan, from)), new: toPercent(shareBpAt(plan, to)) };
    const more: AuditChanges = {
      rollout: { new: id },
      ...(from.state !== to.state && { state: { old: from.state, new: to.state } }),
      ...(share.old !== share.new && { share }),
      ...(to.reason !== null && { reason: { new: to.reason } }),
    };
    const store = (tx: Repositories): Promise<void> =>
      tx.rollouts.update(id, {
        ...{ state: to.state, step: to.step, reason: to.reason },
        ...{ stepAt: new Date(to.since).toISOString(), updatedAt: new Date().toISOString() },
      });
    const leaves = isOver(to.state) && shareBpAt(plan, to) === 0;
    if (share.old !== share.new || leaves)
      return this.#share(by, entry, rollout, to, { action, more, store });
    await this.#options.store.transaction(async (tx) => {
      await store(tx);
      // A window that begins anew is nobody's deed.
      if (from.state !== to.state || from.step !== to.step)
        await telling(by, action, entry.record, more)(tx, entry.record);
    });
  }

  async #share(
    by: Caller,
    entry: CatalogEntry,
    rollout: RolloutRecord,
    progress: RolloutProgress,
    told: {
      readonly action: AuditAction;
      readonly more: AuditChanges;
      readonly store: (tx: Repositories) => Promise<void>;
    },
  ): Promise<void> {
    const shares = await this.#shares(rollout, progress);
    const tell = telling(by, told.action, entry.record, told.more);
    await this.#options.writer.share(
      entry.record,
      shares,
      async (tx, ...rest) => {
        await told.store(tx);
        await tell(tx, ...rest);
      },
      {
        ...{ strategy: rollout.plan.strategy, message: rollout.message, author: by.actor.name },
        ...{ reason: progress.reason, rollout: rollout.id },
      },
    );
  }

  /** A version without a share is named as long as it may get one by the next step. */
  async #shares({ functionId, from, to, plan }: RolloutRecord, progress: RolloutProgress): Promise<Share[]> {
    const shareBp = shareBpAt(plan, progress);
    const named = [
      { id: to, shareBp, kept: !isOver(progress.state) },
      { id: from, shareBp: FULL_SHARE_BP - shareBp, kept: false },
    ].filter((one) => one.shareBp > 0 || one.kept);
    return Promise.all(
      named.map(async ({ id, shareBp: share }) => {
        const version = await this.#options.store.versions.get(functionId, id);
        assert(version, `version ${id} of ${functionId} is there as long as its function`);
        return { version, shareBp: share };
      }),
    );
  }
}
