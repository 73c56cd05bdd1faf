// What a front says at `/` while no function exists.

export function landingPage(domain: string): Response {
  return new Response(
    `Selvedge runs, and has no function yet. Post one to the control API, whose
address was printed at the start:

  curl http://<control>/functions -H "authorization: Bearer $SELVEDGE_TOKEN" \\
    -H 'content-type: application/json' \\
    -d '{"name": "hello", "public": true, "code": "export default () => new Response(\\"Hello\\")"}'

It answers at http://hello.${domain} (at this port) and at /p/default/functions/hello.
`,
    { headers: { 'content-type': 'text/plain; charset=utf-8' } },
  );
}
