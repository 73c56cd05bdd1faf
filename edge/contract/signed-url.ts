// What a signed URL is signed over. Control signs, fronts check; both make the text by this.

export const EXPIRES_PARAMETER = 'selvedge-expires';
export const SIGNATURE_PARAMETER = 'selvedge-signature';

export interface SignedParts {
  readonly functionId: string;
  /** HEAD is signed as GET: whoever may read may ask what there is. */
  readonly method: string;
  /** In lower case, without a port: what stands in front may have another. */
  readonly host: string;
  /** As in the request line, from the host's root. */
  readonly path: string;
  /** With its `?`, or empty. What is in it of the signature itself does not count. */
  readonly query: string;
  /** Seconds since the epoch, as in the URL. */
  readonly expires: string;
}

/** The parameters in an order of their own, so that a client may send them in another. */
export function signedText({ functionId, method, host, path, query, expires }: SignedParts): string {
  const parameters = query
    .slice(1)
    .split('&')
    .filter((part) => part !== '' && !/^selvedge-(expires|signature)(=|$)/.test(part))
    .sort();
  const verb = method === 'HEAD' ? 'GET' : method;
  return JSON.stringify(['selvedge url 1', functionId, verb, host, path, parameters, expires]);
}
