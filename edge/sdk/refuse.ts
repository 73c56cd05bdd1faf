// An answer that a middleware gives in the function's place, in the platform's form.

export function refuse(
  status: number,
  code: 'FN_007' | 'FN_009',
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return Response.json({ error: { code, message } }, { status, headers: { ...headers } });
}
