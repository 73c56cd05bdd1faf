import { expect, test } from 'vitest';
import { memoryOverheadMb } from '../resources/resources.ts';
import { emitCapnp } from './emit-capnp.ts';
import { HELLO_MODULE, instanceSample } from './goldens/sample-configs.ts';
import { redactSecrets } from './instance-config.ts';

const refused = { code: 'FN_006' };

test('sends everything that leaves through its own socket of the outbound, and has no other network', () => {
  expect(instanceSample({ outboundSocket: '/run/selvedge/own.sock' }).services).toMatchObject([
    { name: 'main', globalOutbound: { name: 'outbound' } },
    { name: 'internet', kind: 'network', allow: [] },
    { name: 'outbound', kind: 'external', address: 'unix:/run/selvedge/own.sock', http: { style: 'proxy' } },
  ]);
});

test('tells V8 of as much heap as the kernel ends the instance at, so that the kernel is first', () => {
  expect(instanceSample({ memoryMb: 256 }).v8Flags).toEqual([`--max-heap-size=${256 + memoryOverheadMb}`]);
});

test.each(['experimental', 'unsafe_module'])('refuses the experimental flag %s and names it', (flag) => {
  const build = () => instanceSample({ compatibilityFlags: ['nodejs_compat', flag] });
  expect(build).toThrow(
    expect.objectContaining({
      ...refused,
      message: expect.stringContaining(`"${flag}"`),
      details: { issues: [{ message: expect.any(String), path: 'compatibility_flags.1' }] },
    }),
  );
});

test('refuses a flag that is given twice', () => {
  const compatibilityFlags = ['enable_request_signal', 'enable_request_signal'];
  expect(() => instanceSample({ compatibilityFlags })).toThrow(expect.objectContaining(refused));
});

test.each(['__proto__', '__selvedge', '__selvedge_x'])('refuses a variable named %s', (key) => {
  expect(() => instanceSample({ env: [{ key, value: '1', secret: false }] })).toThrow(
    expect.objectContaining({ ...refused, message: expect.stringContaining(`"${key}"`) }),
  );
});

test('refuses a variable that is given twice, of which workerd would drop one', () => {
  const variable = { key: 'A', value: '1', secret: false };
  expect(() => instanceSample({ env: [variable, variable] })).toThrow(/"A" is given twice/);
});

test.each(['/index.js', '../a.js', 'a/../../b.js', 'a\0.js', 'index.js'])(
  'refuses a second module named %j',
  (name) => {
    const modules = [HELLO_MODULE, { name, type: 'text' as const, content: '' }];
    expect(() => instanceSample({ modules })).toThrow(
      expect.objectContaining({ ...refused, message: expect.stringContaining(JSON.stringify(name)) }),
    );
  },
);

test.each(['a/../b.js', './a.js', '..a.js', 'a b.js'])('takes a module named %j', (name) => {
  const modules = [HELLO_MODULE, { name, type: 'text' as const, content: '' }];
  expect(() => instanceSample({ modules })).not.toThrow();
});

test('refuses an outbound socket whose path no socket can have', () => {
  const outboundSocket = (bytes: number) => `/${'x'.repeat(bytes - 1)}`;
  expect(() => instanceSample({ outboundSocket: outboundSocket(107) })).not.toThrow();
  expect(() => instanceSample({ outboundSocket: outboundSocket(108) })).toThrow(/path of 108 bytes/);
});

test('redacts secret values, also those that JSON had to carry, and nothing else', () => {
  const text = emitCapnp(
    redactSecrets(
      instanceSample({
        env: [
          { key: 'PLAIN', value: 'shown', secret: false },
          { key: 'API_KEY', value: 'do-not-show', secret: true },
          { key: 'BROKEN', value: 'do-not-show\ud83d', secret: true },
        ],
      }),
    ),
  );
  expect(text).not.toContain('do-not-show');
  expect(text).toContain('(name = "PLAIN", text = "shown")');
  expect(text).toContain('(name = "API_KEY", text = "(secret)")');
  expect(text).toContain('(name = "BROKEN", text = "(secret)")');
});

test('leaves the config itself as it was when it redacts', () => {
  const config = instanceSample();
  redactSecrets(config);
  expect(emitCapnp(config)).toContain('do-not-show');
});
