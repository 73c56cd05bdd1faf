// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how a configuration names a secret.
import { expect, test } from 'vitest';
import { planSecrets, splitEnvironment } from './secret-references.ts';

test('variables with a reference are kept apart from plain ones', () => {
  expect(splitEnvironment({ A: 'x', B: '${secrets.B}', C: 'Bearer ${secrets.T}', D: '${other.X}' })).toEqual({
    plain: { A: 'x', D: '${other.X}' },
    secret: { B: '${secrets.B}', C: 'Bearer ${secrets.T}' },
  });
});

test('a reference is filled in from the values of here', () => {
  const plan = planSecrets({ A: '${secrets.X}:${secrets.Y}' }, { X: '$&', Y: '2' }, []);
  expect(plan).toEqual({ set: [{ key: 'A', value: '$&:2' }], missing: [] });
});

test('without a value here, what the server has is kept, and what it has not is missing', () => {
  const plan = planSecrets({ A: '${secrets.A}', B: '${secrets.X}' }, {}, ['A']);
  expect(plan).toEqual({ set: [], missing: [{ key: 'B', names: ['X'] }] });
});
