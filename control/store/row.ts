// Reads rows strictly. What comes back from the database was checked when it came in, against limits that
// may have changed since; so only its shape is checked here. A row that does not fit was not written by us.

import { z } from 'zod';
import { AppError } from '../model/errors.ts';

/** A text column that holds JSON of this shape. */
export const json = <S extends z.ZodType>(schema: S) =>
  z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch (error) {
        context.addIssue({ code: 'custom', message: `is not JSON: ${String(error)}` });
        return z.NEVER;
      }
    })
    .pipe(schema);

/** An integer column that holds a boolean. */
export const flag = z.literal([0, 1]).transform((value) => value === 1);

export const toFlag = (value: boolean): 0 | 1 => (value ? 1 : 0);

/** A text column that holds a branded id; the brand was earned on the way in. */
export const id = <T extends string>() => z.string().transform((text) => text as T);

/** @throws {AppError} SYS_001 naming the table and the row. */
export function readRow<S extends z.ZodType>(
  schema: S,
  row: unknown,
  table: string,
  key: string,
): z.output<S> {
  const parsed = schema.safeParse(row);
  if (parsed.success) return parsed.data;
  throw new AppError(
    'SYS_001',
    `The row "${key}" of table ${table} is not as Selvedge writes it: ${z.prettifyError(parsed.error)}. It was changed from outside, or the disk is at fault: restore state.db from a backup.`,
    {},
    parsed.error,
  );
}
