import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useWorld } from '../../test/support/use-world.ts';
import { parseEvent, readEventFile } from './read-event.ts';

test.each([
  ['{"a": 1,\n}', 'e.json:2:1'],
  ['{name}', 'e.json:1:2'],
  ['{"a": x}', 'e.json:1:7'],
  ['[1] 2', 'e.json:1:5'],
  ['{"a": ', 'e.json:1:7'],
  ['', 'e.json:1:1'],
])('tells where %j is no JSON', (text, place) => {
  expect(() => parseEvent('e.json', text)).toThrow(`${place}: this is not JSON: `);
});

test('a file is named as it was given, and one that is not there is told of', async () => {
  const { world } = useWorld();
  writeFileSync(join(world.cwd, 'e.json'), '{"method": "GET"}');
  expect(await readEventFile(world, 'e.json')).toEqual({ method: 'GET' });
  await expect(readEventFile(world, 'none.json')).rejects.toThrow('There is no file none.json.');
});

test('stdin is named "-"', async () => {
  const { world } = useWorld({ stdin: '{"event": 1}' });
  expect(await readEventFile(world, '-')).toEqual({ event: 1 });
});
