import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { useApi } from '../../test/support/use-api.ts';
import { ERRORS } from '../model/errors.ts';
import { curlOf } from './docs-curl.ts';

async function usePage(): Promise<{ readonly text: string; readonly headers: Headers }> {
  const response = await useApi().app.request('http://127.0.0.1:9000/docs');
  expect(response.status).toBe(200);
  return { text: await response.text(), headers: response.headers };
}

test('shows every operation with a call to copy', async () => {
  const { text, headers } = await usePage();
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
  const document = (await (await useApi().app.request('/openapi.json')).json()) as {
    paths: Record<string, Record<string, { operationId: string; summary: string }>>;
  };
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      expect(text).toContain(`<article id="${operation.operationId}">`);
      expect(text).toContain(`<a href="#${operation.operationId}">${operation.summary}</a>`);
      expect(text).toContain(
        `<span class="method ${method}">${method.toUpperCase()}</span><span>${path}</span>`,
      );
    }
  }
  expect(text).toContain('curl -X POST http://127.0.0.1:9000/functions \\\n');
  expect(text).toContain('http://127.0.0.1:9000/functions/hello/versions/5f2b1c0d/config');
});

test('lists every error code with its status and meaning', async () => {
  const { text } = await usePage();
  for (const [code, error] of Object.entries(ERRORS)) {
    expect(text).toContain(`<td><code>${code}</code></td><td>${error.status}</td><td>${error.meaning}</td>`);
  }
});

test('loads nothing, runs nothing, and has a policy that allows its one style alone', async () => {
  const { text, headers } = await usePage();
  expect(text).not.toMatch(/<script|<link|<img|<iframe|\son\w+=|style="/i);
  const links = [...text.matchAll(/(?:href|src)="([^"]*)"/g)].map((match) => match[1]);
  expect(links.length).toBeGreaterThan(19);
  for (const link of links) expect(link).toMatch(/^(#\w+|\/openapi\.json)$/);
  const style = /<style>([\s\S]*)<\/style>/.exec(text)?.[1] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  expect(headers.get('content-security-policy')).toContain(`default-src 'none'; style-src 'sha256-${hash}';`);
  expect(style).not.toMatch(/@import|url\(/);
  expect(style).toContain('prefers-color-scheme: dark');
});

test('shows text as text', async () => {
  const { text } = await usePage();
  expect(text).toContain('&quot;id&quot;: &quot;fn_');
  expect(text).not.toMatch(/\[object |undefined|Promise/);
});

test('quotes for the shell, so that a quote in an example ends nothing', () => {
  const call = curlOf(
    {
      id: 'x',
      method: 'post',
      path: '/functions/{id}',
      summary: '',
      description: '',
      open: false,
      parameters: [
        { name: 'id', in: 'path', required: true, description: '', schema: {}, example: 'a b' },
        { name: 'limit', in: 'query', required: false, description: '', schema: {}, example: 5 },
      ],
      body: { schema: {}, example: { text: "it's" } },
      answers: [],
      errors: [],
    },
    'http://localhost:9000',
  );
  expect(call).toBe(
    [
      `curl -X POST 'http://localhost:9000/functions/a b'`,
      `-H "authorization: Bearer $SELVEDGE_TOKEN"`,
      `-H 'content-type: application/json'`,
      `-d '{"text":"it'\\''s"}'`,
    ].join(' \\\n  '),
  );
});
