// What of the API reference has been written out, and is only named from then on: the page would be several times as
// long, and a reader could not see in what two answers differ.

import type { FieldRow } from './describe-schema.ts';
import { printJson } from './print-json.ts';

/** Entries that two examples must share, for the second to be told by what is different. */
const SHARED_MIN = 10;

type Example = Readonly<Record<string, unknown>>;

export class Shown {
  readonly #examples: { readonly value: unknown; readonly call: string }[] = [];
  readonly #fields = new Map<string, string>();

  /** The operation that takes this field as well. Its default may be another: a change has none. */
  field({ name, type, means }: FieldRow, call: string): string | undefined {
    const key = JSON.stringify([name, type, means]);
    const before = this.#fields.get(key);
    if (before === undefined) this.#fields.set(key, call);
    return before;
  }

  /** An example as it goes on behind a sentence: itself, or where it was. */
  example(value: unknown, call: string): string {
    if (value === undefined) return '\n';
    const same = this.#examples.find((one) => isSame(one.value, value));
    if (same) return ` ${same.call === call ? 'As above.' : `As with \`${same.call}\`.`}\n`;
    const similar = isExample(value) ? this.#similarTo(value) : undefined;
    this.#examples.push({ value, call });
    if (typeof value === 'string') return `\n\n\`\`\`\n${value.trimEnd()}\n\`\`\`\n`;
    if (!similar || !isExample(value)) return jsonBlock(value);
    const others = Object.entries(value).filter(([key, item]) => !isSame(similar.value[key], item));
    const absent = Object.keys(similar.value).filter((key) => !Object.hasOwn(value, key));
    const without = absent.length > 0 ? ` without ${absent.map((key) => `\`${key}\``).join(', ')}` : '';
    if (others.length === 0) return ` As with \`${similar.call}\`${without}.\n`;
    return ` As with \`${similar.call}\`${without}, and:${jsonBlock(Object.fromEntries(others))}`;
  }

  #similarTo(value: Example): { readonly value: Example; readonly call: string } | undefined {
    for (const { value: before, call } of this.#examples) {
      if (!isExample(before)) continue;
      const shared = Object.entries(value).filter(([key, item]) => isSame(before[key], item));
      if (shared.length >= SHARED_MIN) return { value: before, call };
    }
    return undefined;
  }
}

const isExample = (value: unknown): value is Example =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

const jsonBlock = (value: unknown): string => `\n\n\`\`\`json\n${printJson(value)}\n\`\`\`\n`;
