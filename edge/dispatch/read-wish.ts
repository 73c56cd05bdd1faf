// Which version the sender of a request wants to be served by, where he may say so: `x-selvedge-version`, or
// `Cloudflare-Workers-Version-Overrides` as tools for Workers send it.

import type { Admission } from '../auth/authorize.ts';
import { OVERRIDES_HEADER, VERSION_HEADER, VERSION_SHOWN } from '../contract/names.ts';
import type { FunctionEntry } from '../contract/routing-table.ts';
import { PlatformError } from './platform-error.ts';

/** `version` is null when he only wants to be told which one served. */
export interface Wish {
  readonly version: string | null;
}

const SHOW: Wish = { version: null };
const OVERRIDE = /^\s*([a-z0-9*][a-z0-9_.*-]*)\s*=\s*"([^"\\]*)"\s*$/;
const DIGITS = /^[0-9a-f]{8,64}$/;
const ID_LENGTH = 64;
const shownLengthMax = 80;

/**
 * Undefined without a wish. One that its sender has no right to is none, and the header is not looked at further.
 *
 * @throws {PlatformError} FN_001 for a version that cannot be had, FN_006 for a header that cannot be read.
 */
export function readWish(headers: Headers, entry: FunctionEntry, by: Admission): Wish | undefined {
  if (by.key === null) return undefined;
  const own = headers.get(VERSION_HEADER);
  const shows = own === VERSION_SHOWN;
  if (!by.choosesVersion) return shows ? SHOW : undefined;
  const overrides = headers.get(OVERRIDES_HEADER);
  const wanted =
    own !== null && !shows ? own : overrides === null ? undefined : overrideOf(overrides, entry.name);
  if (wanted === undefined) return shows ? SHOW : undefined;
  const version = findVersion(entry, wanted);
  if (version !== undefined) return { version };
  throw new PlatformError(
    'FN_001',
    404,
    `Function "${entry.name}" in project "${entry.project}" has no version or alias "${wanted.slice(0, shownLengthMax)}" that could serve: send a version's full id, the first 8 digits or more of a newer one, an alias, or "${VERSION_SHOWN}".`,
  );
}

/** By digits among the versions that the table names, or an alias. Of a full id that it does not name, control knows. */
export function findVersion(entry: FunctionEntry, wanted: string): string | undefined {
  // Wrangler writes the first 32 digits as a UUID.
  const digits = wanted.replaceAll('-', '').toLowerCase();
  if (DIGITS.test(digits)) {
    const found = namedVersions(entry).find((version) => version.startsWith(digits));
    if (found !== undefined) return found;
  }
  if (Object.hasOwn(entry.aliases, wanted)) return entry.aliases[wanted];
  return DIGITS.test(digits) && digits.length === ID_LENGTH ? digits : undefined;
}

const namedVersions = ({ deployment, previews, aliases, shadow }: FunctionEntry): string[] => [
  ...deployment.map(({ version }) => version),
  ...previews,
  ...Object.values(aliases),
  ...(shadow ? [shadow.version] : []),
];

/** A structured dictionary: `one="…", other="…"`. Undefined when it does not name the function. */
function overrideOf(header: string, name: string): string | undefined {
  let wanted: string | undefined;
  for (const member of header.split(',')) {
    const [, key, value] = OVERRIDE.exec(member) ?? [];
    if (key === undefined || value === undefined) throw unreadable(header);
    if (key === name) wanted = value;
  }
  return wanted;
}

function unreadable(header: string): PlatformError {
  return new PlatformError(
    'FN_006',
    400,
    `The header ${OVERRIDES_HEADER} is ${JSON.stringify(header.slice(0, shownLengthMax))}: it must be names with versions, such as my-function="00000000-0000-0000-0000-000000000000", with commas between them.`,
  );
}
