// Asks the geo service for control: where an address is, and whether the service is well.

import { addressText } from '../../edge/contract/address-text.ts';
import { GEO_STATUS_PATH, type GeoAnswer, type GeoStatus, geoPath } from '../../edge/contract/geo.ts';
import { readAddress } from '../../edge/contract/ip-address.ts';
import { AppError } from '../model/errors.ts';
import { UnixHttp } from '../workerd/unix-http.ts';
import type { PlacedAddress } from './platform.ts';

/** It reads its files at the first question. */
const answerWaitMs = 5000;

export class GeoDesk {
  /** Undefined where the setting turns it off. */
  readonly #service: UnixHttp | undefined;
  #status: GeoStatus | undefined;

  constructor(socket: string | undefined) {
    this.#service = socket === undefined ? undefined : new UnixHttp(socket);
  }

  /** @throws {AppError} FN_006 for what is no address, SYS_003 when the service does not answer. */
  async find(text: string): Promise<PlacedAddress> {
    const address = readAddress(text);
    if (!address)
      throw new AppError(
        'FN_006',
        `"${text.slice(0, 64)}" is no address: write one such as 192.0.2.7 or 2001:db8::7.`,
      );
    const ip = addressText(address);
    if (!this.#service) return { ip, geo: {} };
    const { geo } = await this.#ask<GeoAnswer>(this.#service, geoPath(ip));
    return { ip, geo };
  }

  /** What is wrong, as it was when last looked at; it is looked at again meanwhile. */
  problems(): readonly string[] {
    void this.look();
    return this.#status?.problems ?? [];
  }

  /** Resolves with what is wrong. */
  async look(): Promise<readonly string[]> {
    if (!this.#service) return [];
    this.#status = await this.#ask<GeoStatus>(this.#service, GEO_STATUS_PATH).catch((error: unknown) => ({
      files: [],
      problems: [`${error instanceof Error ? error.message : error}`],
    }));
    return this.#status.problems;
  }

  close(): void {
    this.#service?.close();
  }

  async #ask<T>(service: UnixHttp, path: string): Promise<T> {
    const answer = await service.json<T>('GET', path, undefined, answerWaitMs).catch((error: unknown) => {
      throw new AppError(
        'SYS_003',
        `The geo service does not answer (${error instanceof Error ? error.message : error}): it is started again by itself, so ask again.`,
        { retryAfterSeconds: 1 },
        error,
      );
    });
    if (answer.status === 200) return answer.body;
    throw new AppError(
      'SYS_003',
      `The geo service answered ${answer.status}: ${JSON.stringify(answer.body)}`,
    );
  }
}
