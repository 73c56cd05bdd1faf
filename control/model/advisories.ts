// What a source of advisories said of the packages in a version: recorded with it when it was built, and not looked
// up again, so that it says what was known then.

import { z } from 'zod';

export const SEVERITIES = ['critical', 'high', 'moderate', 'low', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

const findingSchema = z.strictObject({
  package: z.string(),
  /** Those installed that it is about. */
  versions: z.array(z.string()),
  severity: z.enum(SEVERITIES),
  title: z.string(),
  url: z.string().nullable(),
  /** Versions that have the fault: `<1.2.3`. */
  range: z.string(),
});
export type AdvisoryFinding = z.infer<typeof findingSchema>;

export const versionAuditSchema = z.strictObject({
  checked_at: z.string(),
  /** Where it was asked, without credentials. */
  source: z.string(),
  /** How many packages were asked about. */
  packages: z.int(),
  /** How many advisories there are of each severity. */
  advisories: z.record(z.enum(SEVERITIES), z.int()),
  /** The worst of them. */
  findings: z.array(findingSchema),
  /** Why there is no answer; null if there is one. */
  error: z.string().nullable(),
});
export type VersionAudit = z.infer<typeof versionAuditSchema>;

/** Where none is known. */
export const noAdvisories: Pick<VersionAudit, 'advisories' | 'findings'> = {
  advisories: { critical: 0, high: 0, moderate: 0, low: 0, info: 0 },
  findings: [],
};
