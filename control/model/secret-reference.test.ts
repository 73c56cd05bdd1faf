// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how a variable names a secret.
import { expect, test } from 'vitest';
import { expandSecrets, expandSecretsInJson, isItself, secretsNamedIn } from './secret-reference.ts';

test('names each secret once', () => {
  expect(secretsNamedIn('${secrets.A}:${secrets._B2}@${secrets.A}')).toEqual(['A', '_B2']);
});

test.each(['', 'plain', '${other.A}', '$secrets.A', '${secrets.}', '${secrets.1A}', '${secrets.A'])(
  '"%s" names none',
  (text) => expect(secretsNamedIn(text)).toEqual([]),
);

test('a secret stands where it is named, whatever is in it', () => {
  const values: Record<string, string> = { A: '$& ${secrets.B}', B: 'b' };
  expect(expandSecrets('<${secrets.A}|${secrets.B}>', (name) => values[name] ?? '')).toBe(
    '<$& ${secrets.B}|b>',
  );
});

test('in JSON, what a secret holds stays within its string', () => {
  const json = '{"url":"https://${secrets.A}@host","list":["${secrets.A}",1,null],"${secrets.A}":true}';
  expect(JSON.parse(expandSecretsInJson(json, () => 'quote " and \\ and \n'))).toEqual({
    url: 'https://quote " and \\ and \n@host',
    list: ['quote " and \\ and \n', 1, null],
    '${secrets.A}': true,
  });
});

test('a variable that is just its own secret is told from one that holds it', () => {
  expect(isItself('A', '${secrets.A}')).toBe(true);
  expect(isItself('A', 'x${secrets.A}')).toBe(false);
  expect(isItself('A', '${secrets.B}')).toBe(false);
});
