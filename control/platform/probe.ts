// The probe: a request that the harness itself answers, before a version gets any traffic. It proves that the
// instance serves and that the handler which was asked for exists.

import { PROBE_HEADER, PROBE_SCHEDULED } from '../../edge/contract/names.ts';
import { AppError } from '../model/errors.ts';
import { readAll, UnixHttp } from '../workerd/unix-http.ts';

export const probeTimeoutMs = 5000;

/**
 * Rejects with FN_005 and the harness's own words when the version cannot serve, or has no `scheduled` handler though
 * it is to have one.
 */
export async function probe(socketPath: string, scheduled = false): Promise<void> {
  const http = new UnixHttp(socketPath);
  try {
    const response = await http.send({
      method: 'GET',
      path: '/',
      headers: { [PROBE_HEADER]: scheduled ? PROBE_SCHEDULED : '1' },
      signal: AbortSignal.timeout(probeTimeoutMs),
    });
    const body = String(await readAll(response));
    const known = !scheduled || response.headers[PROBE_HEADER] === PROBE_SCHEDULED;
    if (response.statusCode === 204 && known) return;
    if (response.statusCode === 204)
      throw new AppError(
        'FN_005',
        'The function has schedules (crons), and was built by an earlier Selvedge, which had none: deploy it from its source again.',
      );
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
