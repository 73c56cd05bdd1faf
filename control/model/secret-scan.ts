// What is done about secrets in source that is uploaded, and how a find is told. What was found is never repeated:
// a build log is read by more people than the source.

import type { ErrorIssue } from './errors.ts';

/** `warn` tells of them in the build log; `refuse` fails the deploy. */
export const SECRET_SCAN_POLICIES = ['off', 'warn', 'refuse'] as const;
export type SecretScanPolicy = (typeof SECRET_SCAN_POLICIES)[number];

export interface SecretFinding {
  readonly file: string;
  /** One-based. */
  readonly line: number;
  /** One-based. */
  readonly column: number;
  /** The scanner's name for the kind of secret: `AWSSecretAccessKey`. */
  readonly kind: string;
  /** The rule that found it. */
  readonly rule: string;
}

export interface SecretScan {
  /** The first of them. */
  readonly findings: readonly SecretFinding[];
  readonly total: number;
  /** Why not all of the source was looked at; undefined if it was. */
  readonly unfinished?: string;
}

const CURE =
  'set it as a secret (POST /functions/<name>/env with "secret": true), read it from env, and change it where it came from, as it has been sent';

const describe = ({ file, line, kind, rule }: SecretFinding): string =>
  `${file}:${line} holds what looks like a secret: ${kind} (${rule})`;

/** Lines of the build log. */
export function secretScanLog({ findings, total, unfinished }: SecretScan): string[] {
  const lines = findings.map((finding) => `warning: ${describe(finding)}; ${CURE}`);
  if (total > findings.length) lines.push(`warning: ${total - findings.length} more secrets are not listed`);
  if (unfinished !== undefined) lines.push(`warning: the source was not searched for secrets: ${unfinished}`);
  return lines;
}

/** Undefined for source that may be deployed under the policy `refuse`. */
export function secretScanRefusal(
  scan: SecretScan,
): { readonly message: string; readonly issues: readonly ErrorIssue[] } | undefined {
  const { findings, total, unfinished } = scan;
  const [first] = findings;
  if (first) {
    const more = total > 1 ? ` (and ${total - 1} more)` : '';
    const message = `${describe(first)}${more}, and this project refuses such source (secret_scan is "refuse"): ${CURE}.`;
    const issues = findings.map((finding) => ({
      message: describe(finding),
      ...{ file: finding.file, line: finding.line, column: finding.column },
    }));
    return { message, issues };
  }
  if (unfinished === undefined) return undefined;
  const message = `The source could not be searched for secrets, which this project asks for (secret_scan is "refuse"): ${unfinished}.`;
  return { message, issues: [{ message }] };
}
