// Failures of a build as the error that the user gets: FN_005 with the places and what the tools said.

import { type BuildFailure, formatMessages, type Location, type Message } from 'esbuild';
import { AppError, type ErrorIssue } from '../model/errors.ts';

/** Faults shown in the message itself; the build log has all of them. */
const SHOWN_MAX = 3;

/** Takes the namespace of the bundle's plugin off a path: `user:src/a.ts` is `src/a.ts` to its owner. */
export const plainPath = (path: string): string => path.replace(/^(user|entry):/, '');

export const withPlainPath = (message: Message): Message => ({
  ...message,
  pluginName: '',
  location: message.location && { ...message.location, file: plainPath(message.location.file) },
});

/** esbuild counts columns from zero, in bytes; people and editors count characters from one. */
const columnOf = (location: Location): number =>
  Buffer.from(location.lineText).subarray(0, location.column).toString().length + 1;

/** Messages with the lines of code that they are about. The messages' paths must be plain. */
export async function frame(messages: readonly Message[], kind: 'error' | 'warning'): Promise<string[]> {
  const frames = await formatMessages([...messages], { kind, color: false });
  return frames.map((text, index) => {
    const location = messages[index]?.location;
    if (!location) return text;
    const place = `${location.file}:${location.line}:`;
    return text.replace(`${place}${location.column}:`, `${place}${columnOf(location)}:`);
  });
}

export const isBuildFailure = (error: unknown): error is BuildFailure =>
  error instanceof Error &&
  Array.isArray((error as Partial<BuildFailure>).errors) &&
  !(error instanceof AppError);

export async function buildFailure(messages: readonly Message[], logs: readonly string[]): Promise<AppError> {
  const plain = messages.map(withPlainPath);
  const issues = plain.map(({ text, location }): ErrorIssue => {
    if (!location) return { message: text };
    return { message: text, file: location.file, line: location.line, column: columnOf(location) };
  });
  const frames = await frame(plain, 'error');
  const [first] = issues;
  const place = first?.file === undefined ? '' : `${first.file}:${first.line}:${first.column}: `;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  const shown = frames.slice(0, SHOWN_MAX).join('').trimEnd();
  return new AppError('FN_005', `${place}${first?.message ?? 'The build failed.'}${more}\n\n${shown}`, {
    buildLogs: [...logs, ...frames.flatMap((frame) => frame.trimEnd().split('\n'))],
    issues,
  });
}

/** A failure with a cause of its own, outside of esbuild. */
export const deployFailure = (
  message: string,
  logs: readonly string[],
  issues: readonly ErrorIssue[] = [{ message }],
  cause?: unknown,
): AppError => new AppError('FN_005', message, { buildLogs: [...logs, `error: ${message}`], issues }, cause);
