import { expect, it } from 'vitest';
import { isIgnored } from './watch-folder.ts';

it.each(['node_modules/a/index.js', '.git/HEAD', 'src/a.ts~', '.a.ts.swp', '4913', 'dist/a.js'])(
  'does not look at %s',
  (path) => expect(isIgnored(path)).toBe(true),
);

it.each(['', 'index.ts', 'src/distance.ts', 'function.config.ts', '.env'])('looks at %j', (path) =>
  expect(isIgnored(path)).toBe(false),
);
