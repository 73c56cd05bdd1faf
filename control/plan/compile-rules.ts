// From rules as people write them to what the router reads. Pure: what a section needs from elsewhere is in `context`.

import type { RulesEntry } from '../../edge/contract/rules.ts';
import type { Rules } from '../model/rules.ts';
import { compileBots } from './rules/compile-bots.ts';
import { compileCors, compileCsrf } from './rules/compile-cors.ts';
import { compileHeaders } from './rules/compile-headers.ts';
import { compileInject } from './rules/compile-inject.ts';
import { compileIp } from './rules/compile-ip.ts';
import { compileRateLimitsRule } from './rules/compile-rate-limits.ts';
import { compileRedirects, compileRewrites } from './rules/compile-redirects.ts';
import { compileRegionsRule } from './rules/compile-regions.ts';
import { compileSize } from './rules/compile-size.ts';
import { compileTls } from './rules/compile-tls.ts';

export interface RulesContext {
  readonly project: string;
  readonly functionId: string;
}

type CompileSection = (rules: Rules, context: RulesContext) => RulesEntry;

/** Each answers its own section, or nothing. */
const sections: readonly CompileSection[] = [
  compileRegionsRule,
  ({ tls }) => {
    const entry = tls && compileTls(tls);
    return entry ? { tls: entry } : {};
  },
  ({ ip }) => (ip ? { ip: compileIp(ip) } : {}),
  ({ bots }) => (bots ? { bots: compileBots(bots) } : {}),
  ({ size }) => (size ? { size: compileSize(size) } : {}),
  ({ cors }) => (cors ? { cors: compileCors(cors) } : {}),
  ({ redirects }) => (redirects ? { redirects: compileRedirects(redirects) } : {}),
  ({ rewrite }) => (rewrite ? { rewrite: compileRewrites(rewrite) } : {}),
  (rules) => (rules.request_headers ? { requestHeaders: compileHeaders(rules.request_headers) } : {}),
  (rules) => (rules.response_headers ? { responseHeaders: compileHeaders(rules.response_headers) } : {}),
  ({ inject }) => (inject ? { inject: compileInject(inject) } : {}),
  ({ csrf }) => (csrf ? { csrf: compileCsrf(csrf) } : {}),
  compileRateLimitsRule,
];

/** Undefined when nothing is asked for, so that such a function costs the router nothing. */
export function compileRules(rules: Rules, context: RulesContext): RulesEntry | undefined {
  const entry: RulesEntry = Object.assign({}, ...sections.map((compile) => compile(rules, context)));
  return Object.keys(entry).length === 0 ? undefined : entry;
}
