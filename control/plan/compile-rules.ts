// From rules as people write them to what the router reads. Pure: what a section needs from elsewhere is in `context`.

import type { RulesEntry } from '../../edge/contract/rules.ts';
import type { Rules } from '../model/rules.ts';
import { compileAuth } from './rules/compile-auth.ts';
import { compileBots } from './rules/compile-bots.ts';
import { compileCache } from './rules/compile-cache.ts';
import { compileCors, compileCsrf } from './rules/compile-cors.ts';
import { compileExperimentsRule } from './rules/compile-experiments.ts';
import { compileGeo } from './rules/compile-geo.ts';
import { compileHeaders } from './rules/compile-headers.ts';
import { compileInject } from './rules/compile-inject.ts';
import { compileIp } from './rules/compile-ip.ts';
import { compileRateLimits } from './rules/compile-rate-limits.ts';
import { compileRedirects, compileRewrites } from './rules/compile-redirects.ts';
import { compileRegionsRule } from './rules/compile-regions.ts';
import { compileSize } from './rules/compile-size.ts';
import { compileTls } from './rules/compile-tls.ts';
import { compileWebhook } from './rules/compile-webhook.ts';

export interface RulesContext {
  readonly project: string;
  readonly functionId: string;
  /** Of the function; `prod` if absent. */
  readonly environment?: string | undefined;
}

type CompileSection = (rules: Rules, context: RulesContext) => RulesEntry;

/** Nothing of a section that is absent, or that asks for nothing after all. */
const section =
  <From extends keyof Rules, To extends keyof RulesEntry>(
    from: From,
    to: To,
    compile: (rule: NonNullable<Rules[From]>, context: RulesContext) => RulesEntry[To] | undefined,
  ): CompileSection =>
  (rules, context) => {
    const rule = rules[from];
    const entry = rule && compile(rule, context);
    return entry ? { [to]: entry } : {};
  };

const sections: readonly CompileSection[] = [
  section('geo', 'geo', compileGeo),
  section('tls', 'tls', compileTls),
  section('ip', 'ip', compileIp),
  section('bots', 'bots', compileBots),
  section('size', 'size', compileSize),
  section('cors', 'cors', compileCors),
  section('redirects', 'redirects', compileRedirects),
  section('auth', 'auth', compileAuth),
  section('webhook', 'webhook', compileWebhook),
  section('csrf', 'csrf', compileCsrf),
  section('rate_limits', 'rate_limits', compileRateLimits),
  compileExperimentsRule,
  section('rewrite', 'rewrite', compileRewrites),
  section('request_headers', 'requestHeaders', compileHeaders),
  section('response_headers', 'responseHeaders', compileHeaders),
  section('cache', 'cache', compileCache),
  section('inject', 'inject', compileInject),
  section('regions', 'regions', compileRegionsRule),
];

/** Undefined when nothing is asked for, so that such a function costs the router nothing. */
export function compileRules(rules: Rules, context: RulesContext): RulesEntry | undefined {
  const entry: RulesEntry = Object.assign({}, ...sections.map((compile) => compile(rules, context)));
  return Object.keys(entry).length === 0 ? undefined : entry;
}
