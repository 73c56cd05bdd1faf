// The parts of a user's tsconfig.json that a build goes by: its compiler options, rebuilt value by value.
//
// The file's text is never given to esbuild, which would follow "extends" to any file of the machine that
// builds, and quote that file where it is no JSON.

import { type Expression, type Property, parseExpressionAt, type SpreadElement } from 'acorn';
import { deployFailure } from './build-failure.ts';
import type { SourceFile } from './source-files.ts';

export interface CompilerOptions {
  readonly [option: string]: unknown;
}

/**
 * Undefined without a tsconfig.json. Comments and trailing commas are taken, as TypeScript takes them.
 *
 * @throws {AppError} FN_005 for what is neither.
 */
export function readTsconfig(
  files: ReadonlyMap<string, SourceFile>,
  log: (line: string) => void,
): CompilerOptions | undefined {
  const text = files.get('tsconfig.json');
  if (text === undefined) return undefined;
  const config = parse(text.toString());
  if (config.extends !== undefined) {
    log(
      'warning: tsconfig.json has "extends", which a build does not follow: write the compilerOptions into it.',
    );
  }
  const options = config.compilerOptions;
  return isObject(options) ? options : {};
}

function parse(text: string): Record<string, unknown> {
  try {
    const value = plainValue(parseExpressionAt(text.replace(/^\ufeff/, ''), 0, { ecmaVersion: 'latest' }));
    if (isObject(value)) return value;
    throw new SyntaxError('it must be an object');
  } catch (error) {
    const message = `tsconfig.json is malformed: ${(error as Error).message}`;
    throw deployFailure(message, [], [{ message, file: 'tsconfig.json' }], error);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Plain values only: nothing is evaluated. */
function plainValue(node: Expression | SpreadElement | null): unknown {
  switch (node?.type) {
    case 'Literal':
      if (node.regex === undefined && node.bigint === undefined) return node.value;
      break;
    case 'UnaryExpression':
      if (node.operator === '-' && node.argument.type === 'Literal') return -Number(node.argument.value);
      break;
    case 'ArrayExpression':
      return node.elements.map(plainValue);
    case 'ObjectExpression':
      return Object.fromEntries(node.properties.map(entryOf));
  }
  throw new SyntaxError('it holds something else than JSON');
}

function entryOf(property: Property | SpreadElement): [string, unknown] {
  const plain = property.type === 'Property' && !property.computed && !property.shorthand;
  if (plain && property.key.type === 'Literal')
    return [String(property.key.value), plainValue(property.value)];
  throw new SyntaxError('it holds something else than JSON');
}
