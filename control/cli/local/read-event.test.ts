import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useTmpDir } from '../../../test/support/use-tmp-dir.ts';
import { parseEvent, readEvent } from './read-event.ts';

describe('parseEvent', () => {
  it('takes any JSON value, with a byte order mark too', () => {
    expect(parseEvent('\ufeff{"a": [1]}', 'e.json')).toEqual({ a: [1] });
    expect(parseEvent('"text"', 'e.json')).toBe('text');
  });

  it.each([
    ['{\n  "a": 1,\n}', 3, 1],
    ['{"a" 1}', 1, 6],
    ['', 1, 1],
    ["{'a': 1}", 1, 2],
    ['{"a": 1', 1, 8],
  ])('tells where %j goes wrong', (text, line, column) => {
    expect(() => parseEvent(text, 'event.json')).toThrow(
      expect.objectContaining({
        code: 'FN_006',
        message: expect.stringContaining(`event.json:${line}:${column}: `),
        details: { issues: [expect.objectContaining({ file: 'event.json', line, column })] },
      }),
    );
  });
});

it('says of a file that is not there that it is not', async () => {
  const path = join(useTmpDir(), 'absent.json');
  await expect(readEvent(path, 'absent.json')).rejects.toThrow(
    'The event file absent.json: There is no such file.',
  );
});
