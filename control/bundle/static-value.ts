// The value of an expression that can be told without running it: literals, and what is made of them.

import type { AnyNode } from 'acorn';

/** Undefined for one that cannot be told. */
export function staticValue(node: AnyNode | null | undefined): unknown {
  switch (node?.type) {
    case 'Literal':
      return node.value instanceof RegExp || typeof node.value === 'bigint' ? undefined : node.value;
    case 'TemplateLiteral':
      return node.expressions.length === 0 ? (node.quasis[0]?.value.cooked ?? undefined) : undefined;
    case 'ParenthesizedExpression':
      return staticValue(node.expression);
    case 'UnaryExpression':
      return unary(node.operator, staticValue(node.argument));
    case 'BinaryExpression':
      return binary(node.operator, staticValue(node.left as AnyNode), staticValue(node.right));
    case 'ArrayExpression': {
      const values = node.elements.map((element) => staticValue(element as AnyNode | null));
      return values.includes(undefined) ? undefined : values;
    }
    case 'ObjectExpression':
      return objectValue(node);
    default:
      return undefined;
  }
}

/** The names of an object literal whose values cannot be told are left out; the others are there. */
function objectValue(node: Extract<AnyNode, { type: 'ObjectExpression' }>): Record<string, unknown> {
  const entries = node.properties.flatMap((property): [string, unknown][] => {
    if (property.type !== 'Property' || property.computed) return [];
    const { key } = property;
    const name =
      key.type === 'Identifier' ? key.name : key.type === 'Literal' ? String(key.value) : undefined;
    const value = staticValue(property.value as AnyNode);
    return name === undefined || value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(entries);
}

function unary(operator: string, value: unknown): unknown {
  if (operator === '!' && value !== undefined) return !value;
  if (typeof value !== 'number') return undefined;
  return operator === '-' ? -value : operator === '+' ? value : undefined;
}

/** `30 * 1000`, as durations are often written. */
function binary(operator: string, left: unknown, right: unknown): unknown {
  if (typeof left !== 'number' || typeof right !== 'number') return undefined;
  switch (operator) {
    case '*':
      return left * right;
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '/':
      return left / right;
    default:
      return undefined;
  }
}
