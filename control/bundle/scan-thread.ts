// The thread that searches source for secrets. It is apart from control's own, as regular expressions over text that
// strangers send may take what time and memory they like: whoever started the thread ends it.

import { parentPort } from 'node:worker_threads';
import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import type { SecretFinding } from '../model/secret-scan.ts';

export interface ScanRequest {
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly findingsMax: number;
}

export interface ScanAnswer {
  readonly findings: readonly SecretFinding[];
  readonly total: number;
}

const config = { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator }] };

async function scan({ files, findingsMax }: ScanRequest): Promise<ScanAnswer> {
  const findings: SecretFinding[] = [];
  let total = 0;
  for (const { path, text } of files) {
    const { messages } = await lintSource({
      source: { filePath: path, content: text, ext: /\.[^./]+$/.exec(path)?.[0] ?? '', contentType: 'text' },
      options: { config, noPhysicFilePath: true, maskSecrets: true },
    });
    for (const { loc, ruleId, messageId } of messages) {
      total += 1;
      if (findings.length >= findingsMax) continue;
      // Its own message has as many asterisks as the secret has characters: that is no business of the log's either.
      findings.push({
        ...{ file: path, line: loc.start.line, column: loc.start.column + 1 },
        ...{ kind: messageId, rule: ruleId },
      });
    }
  }
  return { findings, total };
}

parentPort?.on('message', (request: ScanRequest) => {
  scan(request).then(
    (answer) => parentPort?.postMessage(answer),
    (error: unknown) => {
      // Ends the thread, whose end is told to whoever waits.
      throw error;
    },
  );
});
