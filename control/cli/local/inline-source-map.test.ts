import { expect, it } from 'vitest';
import { inlineSourceMap } from './inline-source-map.ts';

it("names the user's files where they are and holds their text, and nothing of others", () => {
  const map = { version: 3, mappings: 'AAAA', names: [], sources: ['src/a.ts', 'selvedge/index'] };
  const sources = new Map([['src/a.ts', 'export {};']]);
  const comment = inlineSourceMap({ sourceMap: JSON.stringify(map), sources }, '/home/ada/my fn');
  const [start = '', base64 = ''] = comment.split('base64,');
  expect(start).toBe('//# sourceMappingURL=data:application/json;');
  expect(JSON.parse(Buffer.from(base64, 'base64').toString())).toEqual({
    ...map,
    sources: ['file:///home/ada/my%20fn/src/a.ts', 'selvedge/index'],
    sourcesContent: ['export {};', null],
  });
});
