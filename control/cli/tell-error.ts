// Prints an error: for people on stderr, and with --json as JSON on stdout too. Never a stack of our own.

import type { CliError } from './cli-error.ts';
import { EXITS } from './exit-codes.ts';
import type { Output } from './output.ts';

export function tellError(out: Output, error: CliError): void {
  const { hint, code, requestId, issues, buildLogs, stack } = error.details;
  if (out.json) {
    out.result(
      {
        error: {
          code: code ?? error.exit.toUpperCase(),
          message: error.message,
          ...(hint !== undefined && { hint }),
          ...(issues && { issues }),
          ...(buildLogs && { build_logs: buildLogs }),
          ...(stack !== undefined && { stack }),
        },
        exit_code: EXITS[error.exit].code,
        ...(requestId !== undefined && { request_id: requestId }),
      },
      () => '',
    );
  }
  for (const line of out.json ? [] : (buildLogs ?? [])) out.note(out.errStyle('dim', line));
  const mark = error.exit === 'interrupted' ? '' : `${out.errStyle('red', 'error')} `;
  const said = code?.startsWith('FN_') || code?.startsWith('SYS_') ? `${code}: ` : '';
  out.note(`${mark}${said}${error.message}`);
  if (stack !== undefined) out.note(out.errStyle('dim', stack));
  if (hint !== undefined) out.note(hint);
}
