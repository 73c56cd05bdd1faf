// /docs: the OpenAPI document as a page for people. One HTML text without scripts, and nothing to load.

import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { ERRORS } from '../model/errors.ts';
import { curlOf } from './docs-curl.ts';
import { type DocsOperation, type DocsSchema, type OperationGroup, readGroups } from './docs-operations.ts';
import { DOCS_STYLE } from './docs-style.ts';
import type { OpenApiDocument } from './openapi.ts';
import type { ApiApp } from './operation.ts';

const styleHash = createHash('sha256').update(DOCS_STYLE).digest('base64');
const POLICY = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

type Html = ReturnType<typeof html>;

export function addDocsPage(app: ApiApp, document: () => OpenApiDocument): void {
  app.get('/docs', async (c) => {
    const page = await docsPage(document(), new URL(c.req.url).origin);
    return new Response(String(page), {
      headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY },
    });
  });
}

function docsPage(document: OpenApiDocument, origin: string): Html {
  const groups = readGroups(document);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${document.info.title}</title>
<style>${raw(DOCS_STYLE)}</style>
</head>
<body><div class="page">
<nav aria-label="Operations">
${groups.map(
  (group) => html`<h2>${group.name}</h2><ul>
${group.operations.map((one) => html`<li><a href="#${one.id}">${one.summary}</a></li>`)}</ul>`,
)}
<h2>Reference</h2><ul><li><a href="#errors">Errors</a></li><li><a href="/openapi.json">openapi.json</a></li></ul>
</nav>
<main>
<h1>${document.info.title}</h1>
<p class="soft">Version ${document.info.version}</p>
<p>${inline(document.info.description ?? '')}</p>
<p>Put the token into the shell that you copy these calls to: <code>export SELVEDGE_TOKEN=…</code>. It was printed when the
platform first started. Calls marked “no token” work without.</p>
${groups.map((group) => groupSection(group, origin))}
${errorsSection()}
</main>
</div></body>
</html>
`;
}

const groupSection = (group: OperationGroup, origin: string): Html =>
  html`<section><h2>${group.name}</h2><p class="soft">${group.description}</p>
${group.operations.map((one) => operationArticle(one, origin))}</section>`;

const operationArticle = (one: DocsOperation, origin: string): Html => html`<article id="${one.id}">
<h3>${one.summary}</h3>
<div class="call"><span class="method ${one.method}">${one.method.toUpperCase()}</span><span>${one.path}</span>${
  one.open ? html`<span class="open">no token</span>` : ''
}</div>
${one.description ? html`<p>${inline(one.description)}</p>` : ''}
${one.parameters.length > 0 ? parametersTable(one) : ''}
${one.body ? html`<h4>Body</h4>${fieldsTable(one.body.schema)}` : ''}
<h4>Example</h4>
${block(curlOf(one, origin))}
${one.answers.map(
  (answer) => html`<h4>Answer ${answer.status}</h4><p>${inline(answer.means)}</p>
${block(typeof answer.example === 'string' ? answer.example : JSON.stringify(answer.example, null, 2))}`,
)}
<details><summary>Errors</summary><div class="wide"><table><tbody>
${one.errors.map((error) => html`<tr><td>${error.status}</td><td>${inline(error.means)}</td></tr>`)}
</tbody></table></div></details>
</article>`;

const parametersTable = (one: DocsOperation): Html => html`<h4>Parameters</h4><div class="wide"><table>
<thead><tr><th>Name</th><th>In</th><th>Type</th><th>Meaning</th></tr></thead><tbody>
${one.parameters.map(
  (parameter) => html`<tr><td><code>${parameter.name}</code>${parameter.required ? ' *' : ''}</td>
<td>${parameter.in}</td><td>${typeOf(parameter.schema)}</td><td>${inline(parameter.description)}</td></tr>`,
)}
</tbody></table></div>`;

const fieldsTable = (schema: DocsSchema): Html => html`<div class="wide"><table>
<thead><tr><th>Field</th><th>Type</th><th>Meaning</th></tr></thead><tbody>
${Object.entries(schema.properties ?? {}).map(
  ([name, field]) => html`<tr><td><code>${name}</code>${schema.required?.includes(name) ? ' *' : ''}</td>
<td>${typeOf(field)}</td><td>${inline(field.description ?? '')}</td></tr>`,
)}
</tbody></table></div>`;

const errorsSection = (): Html => html`<section id="errors"><h2>Errors</h2>
<p>An error is <code>{"error": {"code", "message", "issues"}, "request_id"}</code>; the code is in the header
<code>x-selvedge-error</code> too. The status is the code's unless the call's own table says another.</p>
<article><div class="wide"><table><thead><tr><th>Code</th><th>Status</th><th>Means</th></tr></thead><tbody>
${Object.entries(ERRORS).map(
  ([code, error]) =>
    html`<tr><td><code>${code}</code></td><td>${error.status}</td><td>${error.meaning}</td></tr>`,
)}
</tbody></table></div></article></section>`;

/** Can be scrolled, so it must be reachable by keyboard. */
const block = (text: string): Html => html`<pre tabindex="0"><code>${text}</code></pre>`;

/** What stands between backquotes is code. */
const inline = (text: string): Html =>
  html`${text.split('`').map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part))}`;

function typeOf(schema: DocsSchema): string {
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' | ');
  const type = [schema.type ?? 'any'].flat().join(' | ');
  const { minimum, maximum, default: standard } = schema;
  const range = minimum !== undefined && maximum !== undefined ? ` ${minimum}–${maximum}` : '';
  return `${type}${range}${standard === undefined ? '' : `, default ${JSON.stringify(standard)}`}`;
}
