// What a source of advisories answered, held against what is installed. The source is free to tell of a package's
// advisories for other versions too, so the ranges are looked at here. Pure.

import { satisfies } from 'semver';
import { z } from 'zod';
import { type AdvisoryFinding, SEVERITIES, type Severity, type VersionAudit } from '../model/advisories.ts';
import { advisoryFindingsMax } from '../model/limits.ts';

const textLengthMax = 300;
const text = z.string().transform((given) => given.slice(0, textLengthMax));

/** As npm's registry answers; what else an advisory has is of no use here. */
export const advisoriesSchema = z.record(
  z.string(),
  z.array(
    z.object({
      title: text,
      url: text.nullish(),
      severity: z.string(),
      vulnerable_versions: text,
    }),
  ),
);
export type Advisories = z.infer<typeof advisoriesSchema>;

type Packages = Readonly<Record<string, readonly string[]>>;

/** Without an error: all that was asked about is answered. */
export function matchAdvisories(
  packages: Packages,
  advisories: Advisories,
): Pick<VersionAudit, 'advisories' | 'findings'> {
  const found = Object.entries(packages).flatMap(([name, versions]) =>
    (Object.hasOwn(advisories, name) ? (advisories[name] ?? []) : []).flatMap(
      (advisory): AdvisoryFinding[] => {
        const { title, url, severity, vulnerable_versions: range } = advisory;
        const hit = versions.filter((version) => satisfies(version, range, { includePrerelease: true }));
        if (hit.length === 0) return [];
        return [{ package: name, versions: hit, severity: known(severity), title, url: url ?? null, range }];
      },
    ),
  );
  const findings = found.toSorted((a, b) => rank(a.severity) - rank(b.severity));
  const count = (severity: Severity): number => found.filter((one) => one.severity === severity).length;
  return {
    advisories: Object.fromEntries(SEVERITIES.map((name) => [name, count(name)])) as Record<Severity, number>,
    findings: findings.slice(0, advisoryFindingsMax),
  };
}

const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);

/** One that is not known is told, and not taken for harmless. */
const known = (severity: string): Severity => SEVERITIES.find((name) => name === severity) ?? 'high';

/** Lines of the build log. */
export function auditLog({ packages, advisories, findings, source, error }: VersionAudit): string[] {
  if (error !== null) return [`warning: the packages were not checked for advisories: ${error}`];
  const total = Object.values(advisories).reduce((sum, count) => sum + count, 0);
  if (total === 0) return [`advisories: none is known of the ${packages} packages (${source})`];
  const lines = findings.map(
    ({ package: name, versions, severity, title, url, range }) =>
      `warning: advisory: ${name} ${versions.join(', ')} (${severity}): ${title}; versions ${range}${url === null ? '' : `, see ${url}`}`,
  );
  return total > findings.length
    ? [...lines, `warning: ${total - findings.length} more advisories are not listed`]
    : lines;
}
