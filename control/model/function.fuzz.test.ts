// Goal: the schemas take or refuse any JSON, and what they take is safe where it is used.

import { posix } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  codeSchema,
  createFunctionSchema,
  nameSchema,
  setEnvSchema,
  updateFunctionSchema,
} from './function.ts';

// The same cases in every run, so that a test fails for a change and not for a day.
fc.configureGlobal({ seed: 20261121 });

const fields = Object.keys(createFunctionSchema.shape);
const json = fc.jsonValue({ maxDepth: 3 });
const input = fc.oneof(json, fc.dictionary(fc.constantFrom(...fields, 'status', '__proto__'), json));

test('any JSON is taken or refused, and what is taken is taken again as it came out', () => {
  fc.assert(
    fc.property(input, (value) => {
      for (const schema of [createFunctionSchema, updateFunctionSchema, setEnvSchema, codeSchema]) {
        const result = schema.safeParse(value);
        if (!result.success) continue;
        expect(schema.parse(result.data)).toEqual(result.data);
      }
    }),
    { numRuns: 300 },
  );
});

test('a name that is taken is a host label and a path segment as it is', () => {
  const name = fc.oneof(fc.string(), fc.stringMatching(/^[a-z0-9_-]{1,70}$/));
  fc.assert(
    fc.property(name, (given) => {
      if (!nameSchema.safeParse(given).success) return;
      expect(new URL(`http://${given}.localhost/`).hostname).toBe(`${given}.localhost`);
      expect(new URL(`http://h/p/default/functions/${given}/x`).pathname).toBe(
        `/p/default/functions/${given}/x`,
      );
    }),
  );
});

test('a file name that is taken leads nowhere but below the folder', () => {
  const part = fc.constantFrom('a', '.', '..', '...', '', '\\', '/', '\0', 'b.ts', ' ', '..\\..');
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
      const path = parts.join('/');
      if (!codeSchema.safeParse({ [path]: '' }).success) return;
      expect(posix.join('/folder', path)).toBe(`/folder/${path}`);
      expect(path).not.toMatch(/[\\\0]/);
    }),
  );
});
