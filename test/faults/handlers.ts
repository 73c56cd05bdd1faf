// Reads a hostile handler from its folder, as `POST /functions` takes it.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault, Source } from './fault.ts';

export function readHandler({ name, handler = name }: Fault): Source {
  const folder = join(import.meta.dirname, 'functions', handler);
  return Object.fromEntries(
    readdirSync(folder).map((file) => {
      const bytes = readFileSync(join(folder, file));
      return [file, file.endsWith('.wasm') ? { base64: bytes.toString('base64') } : bytes.toString()];
    }),
  );
}
