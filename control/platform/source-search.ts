// Looks for secrets in source that is to be built, by the policy of its project.

import { AppError } from '../model/errors.ts';
import type { Code } from '../model/function.ts';
import {
  type SecretScan,
  type SecretScanPolicy,
  secretScanLog,
  secretScanRefusal,
} from '../model/secret-scan.ts';

export interface SourceSearchOptions {
  readonly scan: (code: Code) => Promise<SecretScan>;
  readonly policyOf: (project: string) => Promise<SecretScanPolicy>;
}

export class SourceSearch {
  readonly #options: SourceSearchOptions;

  constructor(options: SourceSearchOptions) {
    this.#options = options;
  }

  /** Lines for the build log. @throws {AppError} FN_005 where the project refuses such source. */
  async search(project: string, code: Code): Promise<readonly string[]> {
    const policy = await this.#options.policyOf(project);
    if (policy === 'off') return [];
    const scan = await this.#options.scan(code);
    const refusal = policy === 'refuse' ? secretScanRefusal(scan) : undefined;
    if (refusal === undefined) return secretScanLog(scan);
    const { message, issues } = refusal;
    throw new AppError('FN_005', message, {
      issues,
      buildLogs: issues.map((issue) => `error: ${issue.message}`),
    });
  }
}
