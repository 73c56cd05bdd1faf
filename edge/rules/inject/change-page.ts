// The step that changes pages. They stream through the rewriter that workerd has; nothing is kept of them.

import { matchPath, partsOfPath } from '../../contract/path-pattern.ts';
import type { InjectionEntry } from '../../contract/rules/inject.ts';
import type { Step, StepMaker } from '../step.ts';
import type { Around } from '../visit.ts';
import { adaptHeaders, whyNoPage } from './page-headers.ts';

export const injectStep: StepMaker = {
  name: 'inject',
  prepare: ({ inject }) => inject && changePages(inject),
};

/**
 * Characters that are put into one page. A selector may fit any number of elements of a page that a stranger wrote; the
 * elements behind stay as they are.
 */
export const injectedLengthMax = 1_048_576;

function changePages(injections: readonly InjectionEntry[]): Step {
  return (visit) => {
    const parts = partsOfPath(visit.path);
    const wanted = injections.filter(
      ({ path }) => path === undefined || matchPath(path, parts) !== undefined,
    );
    if (wanted.length === 0) {
      visit.trace.note('inject', 'no change is for this path');
      return undefined;
    }
    visit.trace.note('inject', `${wanted.length} changes if the answer is a page`);
    // A page that is compressed, or a part of one, could not be changed.
    visit.requestHeaders.push(
      { op: 'set', name: 'accept-encoding', value: 'identity' },
      { op: 'remove', name: 'range' },
      { op: 'remove', name: 'if-range' },
    );
    visit.around.push(changeWith(wanted));
    return undefined;
  };
}

function changeWith(injections: readonly InjectionEntry[]): Around {
  return async (visit, next) => {
    const response = await next();
    const why = whyNoPage(visit.request.method, response.status, response.headers, response.body !== null);
    visit.trace.note('inject', why === undefined ? 'the page is changed' : `left as it is: ${why}`);
    if (why !== undefined) return response;
    const page = new Response(response.body, response);
    adaptHeaders(page.headers);
    return rewriterOf(injections).transform(page);
  };
}

function rewriterOf(injections: readonly InjectionEntry[]): HTMLRewriter {
  const room = { left: injectedLengthMax };
  return injections.reduce(
    (rewriter, injection) => rewriter.on(injection.selector, { element: changeBy(injection, room) }),
    new HTMLRewriter(),
  );
}

const AS_HTML = { html: true };

function changeBy(injection: InjectionEntry, room: { left: number }): (element: Element) => void {
  if (injection.position === 'remove') return (element) => void element.remove();
  if (injection.position === 'remove_attribute')
    return (element) => void element.removeAttribute(injection.attribute);
  const length = injection.position === 'set_attribute' ? injection.value.length + 1 : injection.html.length;
  return (element) => {
    room.left -= length;
    if (room.left < 0) return;
    if (injection.position === 'set_attribute') element.setAttribute(injection.attribute, injection.value);
    else if (injection.position === 'replace_content') element.setInnerContent(injection.html, AS_HTML);
    else element[injection.position](injection.html, AS_HTML);
  };
}
