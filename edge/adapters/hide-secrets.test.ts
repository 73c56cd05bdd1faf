import { expect, test } from 'vitest';
import { hideSecrets } from './hide-secrets.ts';

const env = { KEY: 'k-123456', LONG: 'k-123456-and-more', SHORT: 'five5', PLAIN: 'plain-value', COUNT: 7 };

test('values of secrets are hidden, the longer ones first, and nothing else is', () => {
  const text = 'bad k-123456-and-more, k-123456 twice k-123456, five5, plain-value';
  expect(hideSecrets(text, ['KEY', 'LONG', 'SHORT', 'COUNT', 'GONE'], env)).toBe(
    'bad [secret LONG], [secret KEY] twice [secret KEY], five5, plain-value',
  );
});

test('a value that looks like a pattern is taken as it is', () => {
  expect(hideSecrets('a $& b', ['K'], { K: 'a $& b' })).toBe('[secret K]');
});
