import { expect, it } from 'vitest';
import { describeDevEvent } from './dev-event.ts';

it('says after a failed build whether something serves', () => {
  const failed = { kind: 'build-failed', code: 'FN_005', message: 'index.ts:1:2: no', files: [] } as const;
  expect(describeDevEvent({ ...failed, serving: true })).toBe(
    'FN_005 index.ts:1:2: no\nThe last version that worked goes on.',
  );
  expect(describeDevEvent({ ...failed, serving: false })).toMatch(/Nothing serves yet\.$/);
});

it('says the message of an error once, be it in the stack or not', () => {
  const line = { kind: 'error', level: 'error', requestId: null, time: '' } as const;
  const stack = 'Error: boom\n    at handler (index.ts:3:9)';
  expect(describeDevEvent({ ...line, message: 'boom', stack })).toBe(`[error] ${stack}`);
  expect(describeDevEvent({ ...line, message: 'lost', stack })).toBe(`[error] lost\n${stack}`);
  expect(describeDevEvent({ ...line, message: 'alone', stack: null })).toBe('[error] alone');
});

it('names what changed, the version and the time it took', () => {
  const built = { kind: 'built', version: 'abcdef0123', ms: 90 } as const;
  expect(describeDevEvent({ ...built, files: ['a.ts', 'b.ts'], logs: ['warning: c'] })).toBe(
    'warning: c\na.ts, b.ts changed: version abcdef01 serves, 90 ms',
  );
});
