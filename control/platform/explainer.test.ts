import { expect, test } from 'vitest';
import { OWNER } from '../model/access.ts';
import type { Front } from '../workerd/front.ts';
import { Explainer } from './explainer.ts';
import type { ExplainedRequest, Explanation } from './platform.ts';

const asked: ExplainedRequest = {
  ...{ url: 'http://x/', method: 'GET', headers: [], letIn: false },
  client: { ip: null, geo: null },
};
const found = (project: string): Explanation => ({
  function: { id: 'fn_1', project, name: 'cart' },
  ...{ decisions: [], status: null, error: null, headers: [] },
});
const missed: Explanation = { ...found(''), function: null, status: 404, error: 'nothing' };

const explain = (answer: Explanation, projects: readonly string[] | null): Promise<Explanation> => {
  const front = { explain: async () => answer } as unknown as Front;
  const by = { actor: { ...OWNER, projects }, requestId: 'r', address: null };
  return new Explainer(() => [front]).explain(by as never, asked);
};

test('what is found of his own is told to whoever asks, and of all to whoever is for all', async () => {
  expect(await explain(found('shop'), ['shop'])).toEqual(found('shop'));
  expect(await explain(found('shop'), null)).toEqual(found('shop'));
  expect(await explain(missed, null)).toEqual(missed);
});

test("another project's function and none at all are the same answer", async () => {
  const refusals = [found('blog'), missed].map((answer) => explain(answer, ['shop']).catch(String));
  const [first, second] = await Promise.all(refusals);
  expect(first).toMatch(/No function of shop answers at http:\/\/x\//);
  expect(second).toBe(first);
});
