// What people say of a version and of a deployment, besides what they are.

import { z } from 'zod';

export interface VersionAnnotations {
  readonly message: string | null;
  readonly tag: string | null;
  /** Name of the key that made it. */
  readonly author: string | null;
  /** SHA-256 of the source as it was sent. */
  readonly sourceHash: string | null;
  /** What made it: `deploy`, `upload`, `secret`, `env` and the like. */
  readonly triggeredBy: string | null;
}

export const noAnnotations: VersionAnnotations = {
  message: null,
  tag: null,
  author: null,
  sourceHash: null,
  triggeredBy: null,
};

export const annotationsSchema = z.strictObject({
  message: z.string().nullable().default(null),
  tag: z.string().nullable().default(null),
  author: z.string().nullable().default(null),
  sourceHash: z.string().nullable().default(null),
  triggeredBy: z.string().nullable().default(null),
});

export interface DeploymentDetails {
  readonly strategy: string | null;
  readonly message: string | null;
  readonly author: string | null;
  /** Why it was made, if a rollout made it by itself. */
  readonly reason: string | null;
  /** Id of the rollout that it is a step of. */
  readonly rollout: string | null;
}

export const noDetails: DeploymentDetails = {
  strategy: null,
  message: null,
  author: null,
  reason: null,
  rollout: null,
};

export const detailsSchema = z.strictObject({
  strategy: z.string().nullable().default(null),
  message: z.string().nullable().default(null),
  author: z.string().nullable().default(null),
  reason: z.string().nullable().default(null),
  rollout: z.string().nullable().default(null),
});
