import type { TlsEntry } from '../../../edge/contract/rules/tls.ts';
import type { TlsRule } from '../../model/rules/tls.ts';

/** Undefined for a rule that asks for nothing. */
export function compileTls({ redirect, hsts }: TlsRule): TlsEntry | undefined {
  if (!redirect && hsts === undefined) return undefined;
  return { redirect, hsts: hsts === undefined ? null : hstsOf(hsts) };
}

function hstsOf({ max_age, include_subdomains, preload }: NonNullable<TlsRule['hsts']>): string {
  return [
    `max-age=${max_age}`,
    ...(include_subdomains ? ['includeSubDomains'] : []),
    ...(preload ? ['preload'] : []),
  ].join('; ');
}
