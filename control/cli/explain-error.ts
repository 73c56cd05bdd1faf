// Makes of whatever was thrown the one message that a person gets, and the exit code. Pure.

import { SelvedgeError } from '../client/client.ts';
import { AppError } from '../model/errors.ts';
import { CliError, type CliErrorDetails } from './cli-error.ts';
import type { ExitName } from './exit-codes.ts';

export interface Place {
  readonly url: string;
  readonly tokenFrom: string;
}

export function explainError(thrown: unknown, place: Place | undefined): CliError {
  if (thrown instanceof CliError) return thrown;
  if (thrown instanceof SelvedgeError) return explainClientError(thrown, place);
  if (thrown instanceof AppError) return explainLocalError(thrown);
  // Of a question that was being asked.
  if ((thrown as Error | undefined)?.name === 'AbortError')
    return new CliError('interrupted', 'Interrupted.');
  const { message } = thrown instanceof Error ? thrown : { message: String(thrown) };
  const code = (thrown as NodeJS.ErrnoException | undefined)?.code;
  // What the file system says of a file of the user's names the file already.
  if (code !== undefined && /^E[A-Z]+$/.test(code)) return new CliError('files', `${message}.`, {}, thrown);
  return new CliError(
    'fault',
    `A fault of selvedge itself: ${message}`,
    {
      hint: 'Please report it, with the command. DEBUG=selvedge shows the stack.',
    },
    thrown,
  );
}

function explainClientError(error: SelvedgeError, place: Place | undefined): CliError {
  const details: CliErrorDetails = {
    code: error.code,
    ...(error.requestId !== null && { requestId: error.requestId }),
    ...(error.issues.length > 0 && { issues: error.issues }),
    ...(error.buildLogs.length > 0 && { buildLogs: error.buildLogs }),
    ...(error.functionStack !== null && { stack: error.functionStack }),
  };
  const as = (exit: ExitName, message: string, hint?: string): CliError =>
    new CliError(exit, message, { ...details, ...(hint !== undefined && { hint }) }, error);
  const url = place?.url ?? 'the server';
  switch (error.code) {
    case 'CLIENT_NETWORK':
      return as(
        'unreachable',
        `No platform answers at ${url} (${reasonOf(error)}).`,
        'Start one with `npm start`, or name another with --url or SELVEDGE_URL.',
      );
    case 'CLIENT_TIMEOUT':
      return as('unreachable', error.message);
    case 'CLIENT_ANSWER':
      return as('unreachable', error.message);
    case 'CLIENT_ABORTED':
      return as('interrupted', 'Interrupted.');
    case 'CLIENT_INPUT':
      return as('usage', error.message);
    case 'FN_009':
      return error.status === 401
        ? as('permission', ...unauthorized(url, place))
        : as('permission', error.message);
    case 'FN_005':
      return as('deploy', error.message, 'Nothing of it is live; what served before goes on.');
    case 'FN_001':
      return as('refused', error.message, `See what there is with \`selvedge ${listOf(error.message)}\`.`);
    default:
      return as('refused', error.message);
  }
}

/** Commands that list what the platform says is not there. The first that fits counts. */
const LISTS: readonly (readonly [said: RegExp, command: string])[] = [
  [/^There is no function /, 'functions list'],
  [/^There is no experiment /, 'experiments list'],
  [/^(There is no|The) certificate /, 'certificates list'],
  [/^There is no region /, 'regions'],
  [/^There is no API key /, 'api-keys list'],
  [/^There is no project /, 'projects'],
  [/^Project "[^"]*" has no environment "/, 'environments list --project <name>'],
  [/^This function has no alias /, 'alias list <name>'],
  [/^This function has no deployment /, 'deployments <name>'],
  [/ has no secret /, 'secrets list <name>'],
  [/^The function has no environment variable /, 'functions env list <name>'],
  [/ has no environment variable /, 'env list'],
  [/version/, 'functions versions <name>'],
];

const listOf = (message: string): string =>
  LISTS.find(([said]) => said.test(message))?.[1] ?? 'functions list';

/** Of a function that runs here: what the platform would have said. */
function explainLocalError(error: AppError): CliError {
  const { issues, buildLogs, stack } = error.details;
  const exit = error.code === 'FN_005' ? 'deploy' : error.code === 'FN_006' ? 'usage' : 'function';
  const details: CliErrorDetails = {
    code: error.code,
    ...(issues && { issues }),
    ...(buildLogs && { buildLogs }),
    ...(stack !== undefined && { stack }),
  };
  return new CliError(exit, error.message, details, error);
}

function unauthorized(url: string, place: Place | undefined): [message: string, hint: string] {
  if (place === undefined || place.tokenFrom === 'nowhere')
    return [
      `${url} asks for a token, and there is none.`,
      'Run `selvedge login`, or set SELVEDGE_TOKEN. On the machine of the platform the token is in .selvedge/token.',
    ];
  return [
    `${url} does not accept the token from ${place.tokenFrom}: it is wrong, revoked or expired.`,
    'Run `selvedge login` with one that is right, or set SELVEDGE_TOKEN.',
  ];
}

function reasonOf(error: SelvedgeError): string {
  const { cause } = error as { cause?: { cause?: { code?: string; message?: string }; message?: string } };
  return cause?.cause?.code ?? cause?.cause?.message ?? cause?.message ?? 'no answer';
}
