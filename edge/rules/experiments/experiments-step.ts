// The step of experiments: which variants a visitor gets, what they change of his request, and what is counted of the
// answer. What is decided is decided elsewhere in this folder; here it is put together and carried out.

import { CONVERT_HEADER, VARIANT_HEADER, VARIANT_SHOWN, VISITOR_COOKIE } from '../../contract/names.ts';
import { PlatformError } from '../../dispatch/platform-error.ts';
import { splitUrl } from '../../route/split-url.ts';
import { visitorCookie } from '../../traffic/visitor-cookie.ts';
import type { StepMaker } from '../step.ts';
import type { Around, Visit } from '../visit.ts';
import { applyVariant } from './apply-variant.ts';
import { chooseVariant } from './choose-variant.ts';
import { countAnswer, countConversions, type Part } from './count-answer.ts';
import { type Forced, readForcedHeader } from './forced-variants.ts';
import type { Facts } from './match-target.ts';
import { PreparedExperiment } from './prepared-experiment.ts';
import { readPreviews } from './read-previews.ts';
import { keyForExperiment } from './visitor-keys.ts';

/** In the place of the version that a split had given him last: it names none. */
const NO_PIN = '00000000';

export const experiments: StepMaker = {
  name: 'experiments',
  prepare: ({ experiments: entries }, { functionId }) => {
    if (!entries) return undefined;
    const all = entries.map((entry) => new PreparedExperiment(entry));
    return (visit) => {
      if (visit.target.version !== null) {
        visit.trace.note('experiments', 'none holds, as the host names a version');
        return undefined;
      }
      const previews = readPreviews(visit, functionId);
      if (previews) return previews.then((forced) => enter(visit, functionId, all, forced));
      return enter(visit, functionId, all, NOBODY);
    };
  },
};

const NOBODY: ReadonlyMap<string, Forced> = new Map();

function enter(
  visit: Visit,
  functionId: string,
  all: readonly PreparedExperiment[],
  previews: ReadonlyMap<string, Forced>,
): undefined {
  const { request, admission } = visit;
  const wish = request.headers.get(VARIANT_HEADER);
  const sent = admission.choosesVersion && wish !== null && wish !== VARIANT_SHOWN;
  const forced = sent ? new Map([...previews, ...readForcedHeader(wish, all)]) : previews;
  const facts = factsOf(visit);
  const held: string[] = [];
  const parts: Part[] = [];
  for (const experiment of all) {
    const { name } = experiment.entry;
    const { variant, counted, why } = chooseVariant(experiment, facts, {
      key: (by) => keyForExperiment(visit, by),
      forced: (of) => forced.get(of),
    });
    const wrong = variant && applyVariant(visit, variant);
    const holds = variant !== undefined && wrong === undefined;
    if (visit.trace.on)
      visit.trace.note('experiments', `${name}: ${holds ? variant.name : 'no variant'}, as ${wrong ?? why}`);
    if (!holds) continue;
    held.push(`${name}=${variant.name}`);
    if (counted !== null) parts.push({ experiment: name, variant: variant.name, key: counted });
  }
  const variants = held.join(', ');
  if (variants !== '') visit.requestHeaders.push({ op: 'set', name: VARIANT_HEADER, value: variants });
  if (visit.dry) return undefined;
  const organic = all.filter(({ entry }) => !forced.has(entry.name));
  const shown = sent || wish === VARIANT_SHOWN ? variants || 'none' : undefined;
  visit.around.push(counting(functionId, organic, facts.path, parts));
  if (shown !== undefined) visit.responseHeaders.push({ op: 'set', name: VARIANT_HEADER, value: shown });
  return undefined;
}

/** Everything of the answer, also what rules behind this one say. */
function counting(
  functionId: string,
  all: readonly PreparedExperiment[],
  asked: string,
  parts: readonly Part[],
): Around {
  return async (visit, next) => {
    const startedAt = Date.now();
    try {
      const answer = await next();
      countAnswer(visit, functionId, parts, answer.status, Date.now() - startedAt);
      countConversions(visit, functionId, all, asked, answer);
      rememberVisitor(visit, answer);
      hideOurs(visit, answer);
      return answer;
    } catch (error) {
      const status = error instanceof PlatformError ? error.status : 500;
      countAnswer(visit, functionId, parts, status, Date.now() - startedAt);
      throw error;
    }
  };
}

/** A split of versions may have done so already: it knows visitors by the same cookie. */
function rememberVisitor({ newVisitor, client, responseHeaders }: Visit, answer: Response): void {
  if (newVisitor === null || answer.headers.get('set-cookie')?.includes(`${VISITOR_COOKIE}=`)) return;
  const value = visitorCookie(VISITOR_COOKIE, newVisitor, NO_PIN, client.scheme === 'https');
  responseHeaders.push({ op: 'append', name: 'set-cookie', value });
}

/** What the function says of these is for us, or forged. An answer without them need not be changed. */
function hideOurs({ responseHeaders }: Visit, { headers }: Response): void {
  for (const name of [CONVERT_HEADER, VARIANT_HEADER])
    if (headers.has(name)) responseHeaders.unshift({ op: 'remove', name });
}

function factsOf({ url, request, client }: Visit): Facts {
  const { path, query } = splitUrl(url);
  return {
    ...{ headers: request.headers, path, query: query.slice(1) },
    geo: client.geo,
  };
}
