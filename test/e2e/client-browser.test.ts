// Goal: the client works in a page of a browser.
// Method: the same tour as elsewhere, in Chromium. Control sends no CORS headers, so page and API have one origin.

import { expect, test } from 'vitest';
import { bundleTour } from '../support/bundle-tour.ts';
import type { TourReport } from '../support/client-tour.ts';
import { expectTour } from '../support/expect-tour.ts';
import { testToken } from '../support/test-platform.ts';
import { noChromium, openInChromium } from '../support/use-chromium.ts';
import { useSelvedge } from '../support/use-selvedge.ts';
import { useSite } from '../support/use-site.ts';

const installTimeoutMs = 600_000;

/** Tells the test what came of `work`, or why nothing came of it. */
const reporting = (work: string): string => `import { createClient, tour } from './client.js';
  const report = await (async () => { ${work} })().catch((error) => ({ failed: String(error), code: error.code }));
  await fetch('/report', { method: 'POST', body: JSON.stringify(report) });`;

test(
  'the tour in a page, with the API behind the same origin',
  async ({ skip }) => {
    const missing = noChromium();
    if (missing !== undefined) skip(missing);
    const { control } = await useSelvedge();
    const options = `{ url: location.origin + '/api', token: '${testToken}', project: 'browser' }`;
    const site = await useSite(control, {
      'client.js': await bundleTour(),
      'main.js': reporting(`return tour(createClient, ${options});`),
    });
    openInChromium(site.url);
    expectTour((await site.report) as TourReport);
  },
  installTimeoutMs,
);

test(
  'a page of another origin than the API is kept off by the browser, which the client tells',
  async ({ skip }) => {
    const missing = noChromium();
    if (missing !== undefined) skip(missing);
    const { control } = await useSelvedge();
    const site = await useSite(control, {
      'client.js': await bundleTour(),
      'main.js': reporting(
        `return createClient({ url: '${control}', token: '${testToken}', retries: 0 }).functions.list();`,
      ),
    });
    openInChromium(site.url);
    expect(await site.report).toMatchObject({ code: 'CLIENT_NETWORK' });
  },
  installTimeoutMs,
);
