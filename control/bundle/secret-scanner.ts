// Searches source for secrets, in a thread that is kept for the next search, and ended when one takes too much or
// none has come for a while: it holds some 35 MB.
//
// Measured with secretlint 13.1.0: 4 ms for a page of code, 100 ms for 10 MB, whatever they hold; the first search
// of a thread waits 60 ms for it to start.

import { Worker } from 'node:worker_threads';
import type { Code } from '../model/function.ts';
import { secretFindingsMax, secretScanMs } from '../model/limits.ts';
import type { SecretScan } from '../model/secret-scan.ts';
import type { ScanAnswer, ScanRequest } from './scan-thread.ts';

/** Without a search for so long, the thread ends. */
const idleMs = 60_000;
/** Of the thread's heap. Ten times what 10 MB of source needed. */
const threadMemoryMb = 512;

const THREAD = new URL('./scan-thread.ts', import.meta.url);

export interface SecretScannerOptions {
  readonly thread?: URL;
  readonly timeoutMs?: number;
  readonly memoryMb?: number;
}

export class SecretScanner {
  readonly #thread: URL;
  readonly #timeoutMs: number;
  readonly #memoryMb: number;
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  /** One search at a time: a thread has one processor. */
  #last: Promise<unknown> = Promise.resolve();

  constructor({
    thread = THREAD,
    timeoutMs = secretScanMs,
    memoryMb = threadMemoryMb,
  }: SecretScannerOptions = {}) {
    this.#thread = thread;
    this.#timeoutMs = timeoutMs;
    this.#memoryMb = memoryMb;
  }

  /** Never rejects for what the source does: `unfinished` says so then. */
  scan(code: Code): Promise<SecretScan> {
    const files = textFiles(code);
    const search = this.#last.then(() => this.#search({ files, findingsMax: secretFindingsMax }));
    this.#last = search;
    return search;
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #search(request: ScanRequest): Promise<SecretScan> {
    clearTimeout(this.#idle);
    const worker = this.#started();
    return new Promise((resolve) => {
      const finish = (scan: SecretScan): void => {
        clearTimeout(timer);
        worker.removeAllListeners();
        // An error that comes after the answer is of nobody's search, and must not end control.
        worker.on('error', () => undefined);
        worker.on('exit', () => {
          if (this.#worker === worker) this.#worker = undefined;
        });
        worker.unref();
        clearTimeout(this.#idle);
        this.#idle = setTimeout(() => void this.close(), idleMs).unref();
        if (scan.unfinished !== undefined && this.#worker === worker) void this.close();
        resolve(scan);
      };
      const giveUp = (unfinished: string): void => finish({ findings: [], total: 0, unfinished });
      const timer = setTimeout(
        () => giveUp(`it took more than ${this.#timeoutMs} ms (secretScanMs)`),
        this.#timeoutMs,
      );
      worker.removeAllListeners();
      worker.on('message', (answer: ScanAnswer) => finish(answer));
      worker.on('error', (error) => giveUp(`the search failed: ${error.message.slice(0, 200)}`));
      worker.on('exit', () => giveUp('the search ended before it was done'));
      worker.ref();
      worker.postMessage(request);
    });
  }

  #started(): Worker {
    this.#worker ??= new Worker(this.#thread, {
      // Nothing of control's environment is of use to it.
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: this.#memoryMb },
    });
    return this.#worker;
  }
}

/** Files in base64 are looked at if they are text: a key may come as one. */
function textFiles(code: Code): ScanRequest['files'] {
  if (typeof code === 'string') return [{ path: 'index.js', text: code }];
  return Object.entries(code).flatMap(([path, content]) => {
    const text = typeof content === 'string' ? content : decoded(content.base64);
    return text === undefined ? [] : [{ path, text }];
  });
}

function decoded(base64: string): string | undefined {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined; // Not text.
  }
}
