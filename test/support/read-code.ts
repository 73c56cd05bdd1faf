// The files of a folder as `code` of a function.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export function readCode(folder: string): Record<string, string | { base64: string }> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        const name = path.slice(folder.length + 1);
        const bytes = readFileSync(path);
        return [name, name.endsWith('.wasm') ? { base64: bytes.toString('base64') } : String(bytes)];
      }),
  );
}
