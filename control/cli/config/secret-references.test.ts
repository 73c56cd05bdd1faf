// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how a configuration names a secret.
import { expect, test } from 'vitest';
import { fillIn, secretsGiven, splitEnvironment } from './secret-references.ts';

test('variables with a reference are kept apart from plain ones', () => {
  expect(splitEnvironment({ A: 'x', B: '${secrets.B}', C: 'Bearer ${secrets.T}', D: '${other.X}' })).toEqual({
    plain: { A: 'x', D: '${other.X}' },
    secret: { B: '${secrets.B}', C: 'Bearer ${secrets.T}' },
  });
});

test('of the secrets that are named, those that have a value here are given, each once', () => {
  const variables = { A: '${secrets.X}:${secrets.Y}', B: '${secrets.X}' };
  expect(secretsGiven(variables, { X: '1', Z: '3' })).toEqual([{ key: 'X', value: '1' }]);
});

test('locally a reference is filled in from the values of here, and what has none is missing', () => {
  const variables = { A: '${secrets.X}:${secrets.Y}', B: '${secrets.Z}' };
  expect(fillIn(variables, { X: '$&', Y: '2' })).toEqual({
    set: { A: '$&:2' },
    missing: [{ key: 'B', names: ['Z'] }],
  });
});
