// What is said of a version and of the deployment that makes it live: who made it, and what they said.

import type { Caller } from '../model/access.ts';
import type { Kept, VersionRecord } from '../model/function.ts';
import type { DeploymentDetails, VersionAnnotations } from '../model/version.ts';

/** What is left out stays as the version that is built upon has it. */
export function saidBy(
  { actor }: Caller,
  {
    message,
    tag,
    annotations,
  }: { readonly message?: string | undefined; readonly tag?: string | undefined } & Pick<Kept, 'annotations'>,
): Partial<VersionAnnotations> {
  return {
    author: actor.name,
    ...(message !== undefined && { message }),
    ...(tag !== undefined && { tag }),
    ...annotations,
  };
}

/** Of a deployment of the version alone, by whom it was made. */
export const detailsOf = ({ annotations }: VersionRecord): Partial<DeploymentDetails> => ({
  message: annotations.message,
  author: annotations.author,
});
