// Asks a source of advisories about the packages of a build. It answers as npm's registries do at
// `/-/npm/v1/security/advisories/bulk`: POST {"name": ["1.2.3"]}. What goes wrong is recorded, and fails no deploy.

import { noAdvisories, type VersionAudit } from '../model/advisories.ts';
import { advisoryBytesMax, advisoryMs } from '../model/limits.ts';
import { advisoriesSchema, matchAdvisories } from './match-advisories.ts';

/** Why there is no answer, in words for the build log. */
class NoAnswer extends Error {}

export class AdvisorySource {
  readonly #url: URL;
  readonly #authorization: string | undefined;
  readonly #timeoutMs: number;

  /** Credentials in the URL go into a header, and nowhere else. */
  constructor(address: string, timeoutMs: number = advisoryMs) {
    const url = new URL(address);
    if (url.username !== '') {
      const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
      this.#authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
      url.username = '';
      url.password = '';
    }
    this.#url = url;
    this.#timeoutMs = timeoutMs;
  }

  async check(packages: Readonly<Record<string, readonly string[]>>): Promise<VersionAudit> {
    const asked = {
      checked_at: new Date().toISOString(),
      // A query may hold a token too.
      source: this.#url.origin + this.#url.pathname,
      packages: Object.keys(packages).length,
    };
    try {
      const answer = advisoriesSchema.safeParse(await this.#ask(packages));
      if (!answer.success) throw new NoAnswer('its answer is not what such a source answers');
      return { ...asked, ...matchAdvisories(packages, answer.data), error: null };
    } catch (error) {
      return { ...asked, ...noAdvisories, error: `${asked.source}: ${this.#reason(error)}` };
    }
  }

  async #ask(packages: object): Promise<unknown> {
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(this.#authorization !== undefined && { authorization: this.#authorization }),
      },
      body: JSON.stringify(packages),
      redirect: 'error',
      signal: AbortSignal.timeout(this.#timeoutMs),
    });
    const text = await readBounded(response);
    if (!response.ok) throw new NoAnswer(`it answered with status ${response.status}`);
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new NoAnswer('its answer is not JSON', { cause });
    }
  }

  #reason(error: unknown): string {
    if (error instanceof NoAnswer) return error.message;
    if ((error as Error).name === 'TimeoutError')
      return `no answer within ${this.#timeoutMs} ms (advisoryMs)`;
    const { cause, message } = error as Error;
    return `it could not be reached: ${cause instanceof Error ? cause.message : message}`;
  }
}

async function readBounded({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > advisoryBytesMax)
      throw new NoAnswer(`its answer has more than ${advisoryBytesMax} bytes (advisoryBytesMax)`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
