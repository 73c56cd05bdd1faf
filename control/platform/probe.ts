// The probe: a request that the harness itself answers, before a version gets any traffic. It proves that the
// instance serves and that the handler which was asked for exists.

import { PROBE_HEADER } from '../../edge/contract/names.ts';
import { AppError } from '../model/errors.ts';
import { readAll, UnixHttp } from '../workerd/unix-http.ts';

export const probeTimeoutMs = 5000;

/** Rejects with FN_005 and the harness's own words when the version cannot serve. */
export async function probe(socketPath: string): Promise<void> {
  const http = new UnixHttp(socketPath);
  try {
    const response = await http.send({
      method: 'GET',
      path: '/',
      headers: { [PROBE_HEADER]: '1' },
      signal: AbortSignal.timeout(probeTimeoutMs),
    });
    const body = String(await readAll(response));
    if (response.statusCode === 204) return;
    throw new AppError('FN_005', `The function failed its probe: ${messageIn(body)}`);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason =
      (error as Error).name === 'TimeoutError' ? `no answer within ${probeTimeoutMs} ms` : String(error);
    throw new AppError('FN_005', `The function failed its probe: ${reason}`, {}, error);
  } finally {
    http.close();
  }
}

function messageIn(body: string): string {
  try {
    const { error } = JSON.parse(body) as { error?: { message?: string } };
    return error?.message ?? body;
  } catch {
    return body || 'an empty answer';
  }
}
