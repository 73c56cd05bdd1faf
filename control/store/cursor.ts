// Paging by position: a cursor names the last row of a page, so rows that come or go meanwhile neither
// shift a page nor are shown twice.

import { z } from 'zod';
import { AppError } from '../model/errors.ts';
import type { Page } from '../platform/platform.ts';

const positionSchema = z.tuple([z.string(), z.string()]);
type Position = z.infer<typeof positionSchema>;

const encode = (position: Position): string => Buffer.from(JSON.stringify(position)).toString('base64url');

/** @throws {AppError} FN_006 for text that no page handed out. */
export function readCursor(cursor: string): Position {
  try {
    return positionSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch (error) {
    throw new AppError(
      'FN_006',
      `cursor is "${cursor.slice(0, 80)}", which no page of this list gave: send a page's cursor back as it came, or none for the first page.`,
      { issues: [{ message: 'is not a cursor of this list', path: 'cursor' }] },
      error,
    );
  }
}

/** The page out of up to `limit + 1` rows; the one too many only says that there is a next page. */
export function toPage<T>(rows: readonly T[], limit: number, position: (item: T) => Position): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, cursor: rows.length > limit && last !== undefined ? encode(position(last)) : null };
}
