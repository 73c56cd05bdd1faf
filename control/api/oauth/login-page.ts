// The page that asks a person for a token, on behalf of a command line on the same machine.

import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import type { ApiAuth } from '../auth.ts';
import type { LoginQuestion } from './oauth.ts';

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:4rem auto;padding:0 1rem;color:#222;background:#fff}
label,input,button{display:block;font:inherit}input{width:100%;box-sizing:border-box;padding:.5rem;margin:.25rem 0 1rem}
button{padding:.5rem 1.5rem}.fault{color:#a00}code{background:#eee;padding:0 .25rem}`;
const styleHash = createHash('sha256').update(STYLE).digest('base64');

/** Browsers hold a form's redirect to `form-action` too. */
const policy = (redirectTo: string): string =>
  `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'self' ${redirectTo}; frame-ancestors 'none'`;

export type LoginPage =
  | { readonly fault: string }
  | { readonly question: LoginQuestion; readonly auth: ApiAuth['mode']; readonly wrong?: boolean };

export async function loginPage(page: LoginPage): Promise<Response> {
  const failed = 'fault' in page;
  const status = failed ? 400 : page.wrong ? 401 : 200;
  const redirectTo = failed ? '' : new URL(page.question.redirect_uri).origin;
  const body = failed
    ? html`<h1>This is no login</h1><p class="fault">${page.fault}</p><p>Start again with <code>wrangler login</code>.</p>`
    : form(page.question, page.auth, page.wrong === true);
  const text = await html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Log in to Selvedge</title><style>${raw(STYLE)}</style></head><body>${body}</body></html>`;
  return new Response(String(text), {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy(redirectTo) },
  });
}

function form(question: LoginQuestion, auth: ApiAuth['mode'], wrong: boolean) {
  const { host } = new URL(question.redirect_uri);
  return html`<h1>Log in to Selvedge</h1>
<p>A command line at <code>${host}</code> asks to act for you. It gets a key that may do what your token may, for an hour at
a time; GET /keys lists it, and revoking it ends the login.</p>
${wrong ? html`<p class="fault" role="alert">That token opens nothing here: it is of nobody, was revoked, or has expired.</p>` : ''}
<form method="post" action="/oauth2/auth">
${Object.entries(question).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
${
  auth === 'none'
    ? html`<p>This platform asks for no token.</p>`
    : html`<label for="token">Token</label><input id="token" name="token" type="password" autocomplete="off" required autofocus>`
}
<button>Log in</button>
</form>`;
}
