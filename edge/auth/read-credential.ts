// What credential a request presents: `Authorization: Bearer <token>` or `x-api-key: <token>`.

export const CREDENTIAL_HEADERS = ['authorization', 'x-api-key'] as const;
export type CredentialHeader = (typeof CREDENTIAL_HEADERS)[number];

export interface Presented {
  readonly header: CredentialHeader;
  readonly token: string;
}

/** Both may be there: a function may use one of the two for itself. */
export function readCredentials(authorization: string | null, apiKey: string | null): Presented[] {
  const presented: Presented[] = [];
  const bearer = authorization === null ? null : /^bearer +([^ ]+) *$/i.exec(authorization);
  if (bearer?.[1]) presented.push({ header: 'authorization', token: bearer[1] });
  if (apiKey !== null && apiKey !== '') presented.push({ header: 'x-api-key', token: apiKey });
  return presented;
}
