import { expect, test } from 'vitest';
import { readMetadata } from './upload-metadata.ts';

test('what asks for nothing is taken, and so is what has no effect here', () => {
  const read = readMetadata(
    JSON.stringify({
      ...{ main_module: 'index.js', logpush: false, tail_consumers: [], containers: null, a_new_field: [] },
      ...{ observability: { enabled: true }, placement: { mode: 'smart' }, usage_model: 'standard' },
    }),
  );
  expect(read.main_module).toBe('index.js');
});

test.each([
  [{ logpush: true }, '"logpush" cannot be had on this platform'],
  [{ tail_consumers: [{ service: 'x' }] }, '"tail_consumers" cannot be had'],
  [{ streaming_tail_consumers: [{ service: 'x' }] }, '"streaming_tail_consumers" cannot be had'],
  [{ containers: [{ name: 'x' }] }, '"containers" cannot be had'],
  [{ exports: { Flow: { type: 'workflow' } } }, 'exports.Flow is of type "workflow"'],
  [{ a_new_field: 1 }, '"a_new_field" is not a field'],
  [{ compatibility_date: 'soon' }, 'compatibility_date'],
  [{ limits: { cpu_ms: 0 } }, 'limits.cpu_ms'],
])('%j is refused by its name', (metadata, told) => {
  expect(() => readMetadata(JSON.stringify(metadata))).toThrow(told);
});

test.each(['', '[]', '1', 'null', '{'])('metadata that is "%s" is refused', (text) => {
  expect(() => readMetadata(text)).toThrow(/is no JSON object|is not JSON/);
});
