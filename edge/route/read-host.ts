// Reads what a host name says: `<function>.<domain>` in the default project, `<function>.<project>.<domain>`,
// and the same with `<8 digits of a version>-` in front for a preview, or `<alias>-`.

export const DEFAULT_PROJECT = 'default';
/** Digits of a version id that a preview host carries. */
export const previewDigits = 8;

export interface FunctionHost {
  readonly project: string;
  /** A function's name, or a preview's prefix and name; which of the two, the table tells. */
  readonly label: string;
}

export interface PreviewLabel {
  readonly digits: string;
  readonly name: string;
}

/** A name of DNS has 253 characters at most; with the dot that may end it, and a port. */
export const hostLengthMax = 260;

const HOST = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d*)?$/i;

/**
 * Whether a Host header can stand in a URL and says nothing but a host. workerd puts whatever it is before the
 * path: `a.example/x?` would be a path that a client chose twice, and with the port 99999 no URL could be sent
 * to an instance, which would look like an instance that has ended.
 */
export function isHost(header: string): boolean {
  return header.length <= hostLengthMax && HOST.test(header) && URL.canParse(`http://${header}`);
}

/** Lower case, without port and without the dot that may end a full domain name. */
export function normalizeHost(header: string): string {
  const host = header.toLowerCase();
  const end = host.startsWith('[') ? host.indexOf(']') + 1 : host.indexOf(':');
  const name = end > 0 ? host.slice(0, end) : host;
  return name.endsWith('.') ? name.slice(0, -1) : name;
}

/** Undefined when the host cannot be a function's under `domain`. */
export function readFunctionHost(host: string, domain: string): FunctionHost | undefined {
  if (!host.endsWith(`.${domain}`)) return undefined;
  const [label, project, ...more] = host.slice(0, -domain.length - 1).split('.');
  if (!label || project === '' || more.length > 0) return undefined;
  return { label, project: project ?? DEFAULT_PROJECT };
}

/** Undefined when the label does not begin with the digits of a version. */
export function readPreviewLabel(label: string): PreviewLabel | undefined {
  const match = /^([0-9a-f]{8})-(.+)$/.exec(label);
  return match?.[1] && match[2] ? { digits: match[1], name: match[2] } : undefined;
}

export interface AliasLabel {
  readonly alias: string;
  readonly name: string;
}

/**
 * What a label may mean as an alias and a function's name. Both may have dashes, so there is one for each dash, the
 * longest name first: `a-b-c` is the alias `a` of `b-c` before it is `a-b` of `c`.
 */
export function aliasSplits(label: string): AliasLabel[] {
  const splits: AliasLabel[] = [];
  for (let dash = label.indexOf('-', 1); dash > 0; dash = label.indexOf('-', dash + 1)) {
    const name = label.slice(dash + 1);
    if (name !== '') splits.push({ alias: label.slice(0, dash), name });
  }
  return splits;
}
