import { expect, test } from 'vitest';
import { CertificateIndex } from './certificate-index.ts';

const offer = (name: string, names: readonly string[], notAfter = 100) => ({ name, names, notAfter });
const found = (index: CertificateIndex<ReturnType<typeof offer>>, host: string) => index.find(host)?.name;

test('an exact name comes before a wildcard, and a wildcard stands for one label', () => {
  const index = new CertificateIndex(
    [offer('all', ['*.shop.test']), offer('one', ['a.shop.test']), offer('default', ['d.test'])],
    'localhost',
  );
  expect(found(index, 'a.shop.test')).toBe('one');
  expect(found(index, 'b.shop.test')).toBe('all');
  expect(found(index, 'B.Shop.Test.')).toBe('all');
  expect(found(index, 'x.b.shop.test')).toBe('default');
  expect(found(index, 'shop.test')).toBe('default');
});

test('of several for one name the one that is valid longest is taken', () => {
  const index = new CertificateIndex([offer('new', ['a.test'], 200), offer('old', ['a.test'], 100)], 'x');
  expect(found(index, 'a.test')).toBe('new');
});

test('the default is the one of that name, then the one of the domain, then the first', () => {
  const [own, first] = [offer('own', ['*.edge.test']), offer('first', ['a.test'])];
  expect(new CertificateIndex([own, first, offer('default', ['b.test'])], 'edge.test').fallback?.name).toBe(
    'default',
  );
  expect(new CertificateIndex([own, first], 'edge.test').fallback?.name).toBe('own');
  expect(new CertificateIndex([own, first], 'other.test').fallback?.name).toBe('first');
  expect(new CertificateIndex([], 'other.test').find('a.test')).toBeUndefined();
});
