import { expect, test } from 'vitest';
import { AppError } from '../model/errors.ts';
import { asStorageError, isUniqueViolation } from './storage-error.ts';

const errno = (code: string): Error => Object.assign(new Error('from the system'), { code });
const sqlite = (errcode: number): Error =>
  Object.assign(new Error('from SQLite'), { code: 'ERR_SQLITE_ERROR', errcode });

test.each([
  [errno('ENOSPC'), 'SYS_002', 'has no room left'],
  [errno('EDQUOT'), 'SYS_002', 'has no room left'],
  [errno('EROFS'), 'SYS_002', 'read-only file system'],
  [errno('EACCES'), 'SYS_002', 'may not be written by this user'],
  [errno('EIO'), 'SYS_002', 'I/O error'],
  [sqlite(13), 'SYS_002', 'has no room left'],
  [sqlite(8), 'SYS_002', 'is read-only'],
  [sqlite(5), 'SYS_002', 'is locked by another program'],
  [sqlite(14), 'SYS_002', 'cannot be opened'],
  // SQLITE_IOERR_FSYNC: an extended code is judged by its primary.
  [sqlite(1034), 'SYS_002', 'I/O error'],
  [sqlite(11), 'SYS_001', 'is damaged'],
])('%o becomes %s and says "%s"', (error, code, text) => {
  const told = asStorageError(error, '/data/state.db');
  expect(told).toBeInstanceOf(AppError);
  expect(told).toMatchObject({ code, cause: error, message: expect.stringContaining(text) });
  expect((told as AppError).message).toMatch(/^\/data\/state\.db .*: /);
});

test('leaves what is no fault of storage as it is', () => {
  const bug = new TypeError('a bug');
  const known = new AppError('FN_001', 'There is no function.');
  const syntax = sqlite(1);
  expect([bug, known, syntax].map((error) => asStorageError(error, '/data/state.db'))).toEqual([
    bug,
    known,
    syntax,
  ]);
});

test('knows a key that is taken from any other broken constraint', () => {
  expect([2067, 1555, 787, 1299].map((code) => isUniqueViolation(sqlite(code)))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
