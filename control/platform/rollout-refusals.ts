// What cannot be asked of a rollout, and why.

import { AppError } from '../model/errors.ts';
import type { FunctionRecord } from '../model/function.ts';
import type { VersionId } from '../model/ids.ts';
import type { RolloutRecord } from '../model/rollout.ts';
import type { CatalogEntry } from './catalog.ts';
import type { RolloutCommand } from './platform.ts';

/** @throws {AppError} FN_006 where nothing could be rolled out, or something is already. */
export function refuseStart(
  { record, deployment }: CatalogEntry,
  to: VersionId,
  going: { readonly record: RolloutRecord } | undefined,
): void {
  const { name, activeVersion } = record;
  if (going) {
    throw new AppError(
      'FN_006',
      `"${name}" has a rollout that goes on (${going.record.id}): abort it, or wait for its end.`,
      { status: 409 },
    );
  }
  if (activeVersion === null) {
    throw new AppError(
      'FN_006',
      `"${name}" has no live version that could be moved away from: POST /functions/${name}/deploy makes the first one live.`,
      { status: 409 },
    );
  }
  if (activeVersion === to) {
    const more = (deployment?.versions.length ?? 0) > 1 ? ' with the largest share' : '';
    throw new AppError(
      'FN_006',
      `version is ${to.slice(0, 8)}, which is the live one${more} already: name another one.`,
      { status: 409 },
    );
  }
}

export const unknownRollout = ({ id: functionId }: FunctionRecord, id: string): AppError =>
  new AppError(
    'FN_001',
    `This function has no rollout "${id.slice(0, 80)}": GET /functions/${functionId}/rollouts lists them.`,
  );

export const wrongState = ({ id, state }: RolloutRecord, command: RolloutCommand): AppError =>
  new AppError(
    'FN_006',
    `The rollout ${id} is ${state}, and ${command} is for ${WANTS[command]}: GET it to see why.`,
    { status: 409 },
  );

const WANTS: Readonly<Record<RolloutCommand, string>> = {
  promote: 'one that is running or paused',
  pause: 'one that is running',
  resume: 'one that is paused',
  abort: 'one that is running or paused',
};
