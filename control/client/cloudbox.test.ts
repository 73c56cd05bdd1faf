import { expect, test } from 'vitest';
import { type FakeAnswer, useFakeControl } from '../../test/support/use-fake-control.ts';
import { CloudBoxError, createCloudBox } from './client.ts';

function useFakeCloudBox(answers: readonly FakeAnswer[]) {
  const { options, sent } = useFakeControl(answers, { retries: 0 });
  return { cloudbox: createCloudBox({ ...options, project: 1 }), sent };
}

const state = {
  id: 'fn_1',
  name: 'pay',
  handler: 'handler',
  public: true,
  status: 'deployed',
  active_version: 'v',
};
const failure = (status: number, error: object, more: object = {}) => ({
  status,
  body: { error: { message: 'why', ...error }, request_id: 'r', ...more },
});
const notFound = failure(404, { code: 'FN_001' });
const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'none',
    (error) => {
      expect(error).toBeInstanceOf(CloudBoxError);
      return error.code;
    },
  );

test("takes seed 000's names of settings and answers with them", async () => {
  const { cloudbox, sent } = useFakeCloudBox([
    { status: 201, body: { ...state, version: 'v', build_logs: ['one', 'two'] } },
  ]);
  const created = await cloudbox.functions.create({
    ...{ name: 'pay', language: 'javascript', code: 'x', entry_point: 'handler', isPublic: true },
  });
  expect(sent[0]?.body).toEqual({
    ...{ project: '1', name: 'pay', code: 'x', handler: 'handler', public: true },
    ...{ runtime: 'nodejs18', convention: 'data', egress: 'none', deploy: false },
  });
  expect(created).toMatchObject({ entry_point: 'handler', is_public: true, build_logs: 'one\ntwo' });
});

test('refuses a language that does not run yet', async () => {
  const { cloudbox, sent } = useFakeCloudBox([]);
  const call = cloudbox.functions.create({ name: 'pay', language: 'python', code: 'x' });
  await expect(call).rejects.toThrow('language is "python"');
  expect(sent).toEqual([]);
});

test.each([
  [failure(504, { code: 'FN_002' }, { logs: [], duration_ms: 30_000 }), 'TIMEOUT'],
  [failure(500, { code: 'FN_004', stack: 'at index.js:1' }, { logs: [], duration_ms: 1 }), 'RUNTIME_ERROR'],
  [failure(503, { code: 'FN_003' }), 'RUNTIME_ERROR'],
  [failure(429, { code: 'FN_007' }), 'FN_007'],
])('execute rejects %# in the words of seed 000', async (answer, code) => {
  const { cloudbox } = useFakeCloudBox([answer]);
  expect(await codeOf(cloudbox.functions.execute('pay', {}))).toBe(code);
});

test('carries the time, the output and the stack of what failed', async () => {
  const time = '2026-11-21T12:00:00.000Z';
  const stack = 'Error: why\n    at index.js:1:2';
  const logs = [
    { level: 'log', message: 'before', time },
    { level: 'error', message: 'why', time, stack },
  ];
  const { cloudbox } = useFakeCloudBox([failure(500, { code: 'FN_004', stack }, { logs, duration_ms: 156 })]);
  await expect(cloudbox.functions.execute('pay', {})).rejects.toMatchObject({
    ...{ message: 'why', execution_time: 156, logs: 'before\nError: why\n    at index.js:1:2' },
  });
});

test('tells a function that was never deployed from one that is not there', async () => {
  const draft = useFakeCloudBox([notFound, { body: { ...state, status: 'draft', active_version: null } }]);
  expect(await codeOf(draft.cloudbox.functions.execute('pay', {}))).toBe('NOT_DEPLOYED');
  const missing = useFakeCloudBox([notFound, notFound]);
  expect(await codeOf(missing.cloudbox.functions.execute('pay', {}))).toBe('FN_001');
  const invoker = useFakeCloudBox([notFound, failure(403, { code: 'FN_009' })]);
  expect(await codeOf(invoker.cloudbox.functions.execute('pay', {}))).toBe('FN_001');
});

test('a setting that is given stands before what CloudBox has', async () => {
  const { cloudbox, sent } = useFakeCloudBox([{ body: state }]);
  await cloudbox.functions.create({ name: 'pay', code: 'x', egress: 'public', deploy: true });
  expect(sent[0]?.body).toMatchObject({ egress: 'public', deploy: true });
});

test('get has the build log, and a deployment that fails rejects with its own', async () => {
  const { cloudbox } = useFakeCloudBox([
    { body: { ...state, status: 'failed', build_logs: ['no', 'such package'] } },
    failure(422, { code: 'FN_005', build_logs: ['no', 'such file'] }),
  ]);
  expect((await cloudbox.functions.get('pay')).build_logs).toBe('no\nsuch package');
  await expect(cloudbox.functions.deploy('pay')).rejects.toMatchObject({
    ...{ code: 'DEPLOYMENT_ERROR', build_logs: 'no\nsuch file' },
  });
});

test('updateScaling leaves the settings that it is not given', async () => {
  const scaling = { minInstances: 0, maxInstances: 10, idleSeconds: 5, queueLength: 1, queueSeconds: 2 };
  const { cloudbox, sent } = useFakeCloudBox([
    { body: { ...state, scaling } },
    { body: { ...state, version: 'v', build_logs: [] } },
  ]);
  await cloudbox.functions.updateScaling('pay', { minInstances: 1 });
  expect(sent[1]?.body).toEqual({ scaling: { ...scaling, minInstances: 1 } });
});

test('addSchedule says that there are no schedules, and sends nothing', async () => {
  const { cloudbox, sent } = useFakeCloudBox([]);
  await expect(cloudbox.functions.addSchedule('pay', { cron: '0 0 * * *' })).rejects.toMatchObject({
    ...{ code: 'NOT_SUPPORTED', message: expect.stringContaining('no schedules') },
  });
  expect(sent).toEqual([]);
});
