// The name of a module that was sent ready-made.

import { AppError } from './errors.ts';

/** What a name must be for workerd to start with it, and for the others to find it. */
export function checkModuleName(name: string): string {
  const plain = name.replace(/^(\.\/)+/, '');
  const parts = plain.split('/');
  const fault =
    plain === ''
      ? 'is empty'
      : plain.length > 512
        ? 'is longer than 512 characters'
        : plain.startsWith('/')
          ? 'is an absolute path'
          : /[\0\\]/.test(plain)
            ? 'holds a backslash or a NUL character'
            : parts.some((part) => part === '..' || part === '.' || part === '')
              ? 'leads out of the Worker, or has an empty or "." part'
              : undefined;
  if (fault === undefined) return plain;
  throw new AppError(
    'FN_006',
    `The module name ${JSON.stringify(name.slice(0, 200))} ${fault}: send a relative path, as in "lib/a.js".`,
  );
}
