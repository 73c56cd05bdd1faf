// Goal: the SDK blocks of seed 000, CloudBox, run as they are written, with `cloudbox` made once by createCloudBox.
// Method: a real platform; each block of test/fixtures/seeds/000 is the body of an async function that is given
// `cloudbox`, and what else the block uses and does not define. Each test's name begins with the heading that it is of.

import { expect, test } from 'vitest';
import { createCloudBox } from '../../../control/client/cloudbox.ts';
import { examplesIn, seedBlock } from '../../support/seed-block.ts';
import { testToken } from '../../support/test-platform.ts';
import { useSharedSelvedge } from '../../support/use-shared-selvedge.ts';
import { waitFor } from '../../support/wait-for.ts';

const platform = useSharedSelvedge();
const sdk = () => createCloudBox({ url: platform.control, token: testToken, project: 1 });
const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor as new (
  ...source: string[]
) => (...args: unknown[]) => Promise<unknown>;

/** What the block returns, and what it printed. */
async function run(block: string, given: Readonly<Record<string, unknown>> = {}) {
  const printed: string[] = [];
  const print = (...values: unknown[]): void => {
    printed.push(values.map(String).join(' '));
  };
  const names = { cloudbox: sdk(), console: { log: print, error: print }, ...given };
  const result = await new AsyncFunction(...Object.keys(names), block)(...Object.values(names));
  return { result, printed };
}

test('JavaScript SDK: creates a function; the name that the block gives it is no name in JavaScript', async () => {
  const block = seedBlock('000/javascript-sdk.js');
  await expect(run(block)).rejects.toThrow(SyntaxError);
  const { result } = await run(`${block.replace('const function', 'const created')}return created;`);
  expect(result).toMatchObject({ name: 'user-validator', timeout: 10, memory: 64, is_public: false });
  const { functions } = sdk();
  await functions.deploy('user-validator');
  const good = await functions.execute('user-validator', { email: 'a@b.c', id: 7 });
  expect(good.response).toEqual({ valid: true, userId: 7 });
  await expect(functions.execute('user-validator', {})).rejects.toMatchObject({ code: 'RUNTIME_ERROR' });
});

test('JavaScript SDK: executes, and with a timeout of its own', async () => {
  const { functions } = sdk();
  for (const name of ['process-payment', 'slow-function']) {
    await functions.create({ name, code: 'exports.handler = async (data) => ({ status: "success" });' });
    await functions.deploy(name);
  }
  // Two programs in one block: both name their result the same.
  const [first = '', second = ''] = examplesIn(seedBlock('000/javascript-sdk-2.js')).flatMap((text) =>
    text.split(/\n(?=\/\/ With)/),
  );
  const { printed } = await run(first);
  expect(printed).toEqual(['Result: [object Object]', expect.stringMatching(/^Execution time: [\d.]+ ms$/)]);
  const { result } = await run(`${second}\nreturn result;`, { data: {} });
  expect(result).toMatchObject({ response: { status: 'success' } });
});

test('Monitoring Deployment: deploys and sees that it is deployed', async () => {
  const { id } = await sdk().functions.create({ name: 'watched', code: 'exports.handler = async () => 1;' });
  const { printed } = await run(seedBlock('000/monitoring-deployment.js'), { functionId: id });
  await waitFor('the block to have looked', () => printed.length > 0);
  expect(printed).toEqual(['Function deployed successfully!']);
});

test('Execution Logs: prints what each execution was', async () => {
  const { functions } = sdk();
  const code = 'exports.handler = async () => { console.log("hello"); };';
  const { id } = await functions.create({ name: 'logged', code });
  await functions.deploy(id);
  await functions.execute(id, {});
  const printed = await waitFor('the execution to be in the log', async () => {
    const shown = await run(seedBlock('000/execution-logs.js'), { functionId: id });
    return shown.printed.length > 0 && shown.printed;
  });
  expect(printed).toEqual([
    expect.stringMatching(/^\d{4}-\d\d-\d\dT\S+: success$/),
    expect.stringMatching(/^Duration: [\d.]+ms$/),
    expect.stringMatching(/^Memory: /),
    'Output: hello',
  ]);
});

test('Error Recovery: each code leads to its case', async () => {
  const { functions } = sdk();
  const block = seedBlock('000/error-recovery.js');
  await functions.create({ name: 'my-function', code: 'exports.handler = async () => 1;', deploy: false });
  expect((await run(block, { data: {} })).printed).toEqual(['Function needs to be deployed first']);
  const become = async (code: string, more: object = {}): Promise<string[]> => {
    await functions.update('my-function', { code, ...more });
    await functions.deploy('my-function');
    return (await run(block, { data: {} })).printed;
  };
  const broken = 'exports.handler = async () => { throw new Error("no"); };';
  expect(await become(broken)).toEqual([expect.stringMatching(/^Function error: .*no/)]);
  const slow = 'exports.handler = () => new Promise((r) => setTimeout(r, 60000));';
  expect(await become(slow, { timeout: 1 })).toEqual(['Function timed out, try with smaller payload']);
  await become('exports.handler = async (data) => ({ got: data });', { timeout: 30 });
  expect((await run(block, { data: { a: 1 } })).result).toEqual({ got: { a: 1 } });
});

test('Function Scaling: is set as it is written', async () => {
  const { id } = await sdk().functions.create({ name: 'scaled', code: 'exports.handler = async () => 1;' });
  await run(seedBlock('000/function-scaling-future.js'), { functionId: id });
  expect((await platform.api('GET', `/functions/${id}`)).body).toMatchObject({
    scaling: { minInstances: 1, maxInstances: 10, targetConcurrency: 100 },
  });
});

test('Scheduled Functions: not there yet, and says so', async () => {
  const block = seedBlock('000/scheduled-functions-future.js');
  await expect(run(block, { functionId: 'fn_any' })).rejects.toThrow('no schedules');
});
