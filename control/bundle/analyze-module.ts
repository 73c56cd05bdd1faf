// Reads a module's shape out of its syntax tree. esbuild takes types and JSX away first; where a type matters,
// that of a handler's parameter, the source map leads back to the place where it was written.

import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import type { AnyNode, Node, Program } from 'acorn';
import type { ExportShape, FunctionShape, ModuleShape, ParameterShape } from './module-shape.ts';
import { memberPath, parseSource, walk } from './parse-source.ts';
import type { ScriptLoader } from './source-files.ts';

/** @throws esbuild's own failure for a syntax error, acorn's for what only esbuild understands. */
export async function analyzeModule(source: string, loader: ScriptLoader): Promise<ModuleShape> {
  const { program, map } = await parseSource(source, loader);
  return new Analysis(program, new TypeFinder(source, map)).shape();
}

/** Finds the type annotation behind a name in the text before types were taken away. */
class TypeFinder {
  readonly #lines: readonly string[];
  readonly #map: TraceMap;

  constructor(source: string, map: string) {
    this.#lines = source.split('\n');
    this.#map = new TraceMap(map);
  }

  typeOf(node: Node): string | undefined {
    const start = node.loc?.start;
    if (!start) return undefined;
    const place = originalPositionFor(this.#map, { line: start.line, column: start.column });
    if (place.line === null) return undefined;
    const first = this.#lines[place.line - 1]?.slice(place.column) ?? '';
    const text = [first, ...this.#lines.slice(place.line, place.line + PARAMETER_LINES_MAX)].join('\n');
    const rest = text.startsWith('{') ? text.slice(closingBrace(text)) : text.replace(/^[\w$]+/, '');
    return /^\s*\??\s*:\s*([A-Za-z_$][\w$.]*)/.exec(rest)?.[1];
  }
}

/** A parameter that is taken apart may be written over several lines. */
const PARAMETER_LINES_MAX = 30;

function closingBrace(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '{') depth++;
    if (text[at] === '}' && --depth === 0) return at + 1;
  }
  return text.length;
}

class Analysis {
  readonly #program: Program;
  readonly #types: TypeFinder;
  readonly #locals = new Map<string, ExportShape>();
  readonly #exports = new Map<string, ExportShape>();
  readonly #reexports: string[] = [];
  /** Names under which `exports` or `module.exports` go, e.g. `const api = module.exports`. */
  #esm = false;
  #commonjs = false;
  #opaque = false;
  #listens = false;

  constructor(program: Program, types: TypeFinder) {
    this.#program = program;
    this.#types = types;
  }

  shape(): ModuleShape {
    // Declarations first, since exports may come before what they name.
    for (const node of this.#program.body) this.#declare(node as AnyNode);
    for (const node of this.#program.body) this.#export(node as AnyNode);
    const exported = new Set(this.#exports.keys());
    return {
      syntax: this.#esm ? 'esm' : this.#commonjs ? 'commonjs' : 'none',
      exports: this.#exports,
      reexports: this.#reexports,
      opaque: this.#opaque,
      locals: new Map([...this.#locals].filter(([name]) => !exported.has(name))),
      listensForFetch: this.#listens,
    };
  }

  #declare(node: AnyNode): void {
    switch (node.type) {
      case 'ImportDeclaration':
        for (const specifier of node.specifiers) {
          const from = String(node.source.value);
          const name =
            specifier.type === 'ImportSpecifier'
              ? nameOf(specifier.imported)
              : specifier.type === 'ImportDefaultSpecifier'
                ? 'default'
                : '*';
          this.#locals.set(specifier.local.name, { kind: 'imported', from, name });
        }
        break;
      case 'FunctionDeclaration':
      case 'ClassDeclaration':
        if (node.id) this.#locals.set(node.id.name, this.#shapeOf(node));
        break;
      case 'VariableDeclaration':
        for (const { id, init } of node.declarations)
          if (id.type === 'Identifier') this.#locals.set(id.name, this.#shapeOf(init));
        break;
      case 'ExportNamedDeclaration':
      case 'ExportDefaultDeclaration':
        if (node.declaration) this.#declare(node.declaration as AnyNode);
        break;
      default:
        break;
    }
  }

  #export(node: AnyNode): void {
    switch (node.type) {
      case 'ImportDeclaration':
        this.#esm = true;
        break;
      case 'ExportDefaultDeclaration':
        this.#esm = true;
        this.#exports.set('default', this.#shapeOf(node.declaration as AnyNode));
        break;
      case 'ExportAllDeclaration':
        this.#esm = true;
        if (node.exported) this.#exports.set(nameOf(node.exported), { kind: 'value' });
        else this.#reexports.push(String(node.source.value));
        break;
      case 'ExportNamedDeclaration':
        this.#esm = true;
        for (const name of declaredNames(node.declaration as AnyNode | null))
          this.#exports.set(name, this.#local(name));
        for (const { local, exported } of node.specifiers)
          this.#exports.set(
            nameOf(exported),
            node.source
              ? { kind: 'imported', from: String(node.source.value), name: nameOf(local) }
              : this.#local(nameOf(local)),
          );
        break;
      default:
        // CommonJS may assign its exports anywhere, in an `if` for example.
        walk(node, (inner) => this.#statement(inner));
    }
  }

  #statement(node: AnyNode): void {
    if (node.type === 'CallExpression') this.#call(node);
    if (node.type !== 'AssignmentExpression') return;
    const path = memberPath(node.left);
    const own = path && exportPath(path);
    if (!own) return;
    this.#commonjs = true;
    const [name, ...deeper] = own;
    if (deeper.length > 0) return;
    if (name !== undefined) this.#exports.set(name, this.#shapeOf(node.right));
    else this.#assignAll(node.right);
  }

  /** `module.exports = ...`. */
  #assignAll(value: AnyNode): void {
    const from = requiredModule(value);
    if (from !== undefined) {
      this.#reexports.push(from);
      return;
    }
    const shape = this.#shapeOf(value);
    if (shape.kind === 'object') {
      for (const [name, member] of shape.members) this.#exports.set(name, member);
      if (value.type === 'ObjectExpression' && value.properties.some(({ type }) => type === 'SpreadElement'))
        this.#opaque = true;
    } else if (shape.kind === 'value') this.#opaque = true;
    this.#exports.set('default', shape);
  }

  #call(node: Extract<AnyNode, { type: 'CallExpression' }>): void {
    const path = memberPath(node.callee)?.join('.');
    const [first, second] = node.arguments;
    if (
      path === 'addEventListener' ||
      path === 'self.addEventListener' ||
      path === 'globalThis.addEventListener'
    )
      this.#listens ||= first?.type === 'Literal' && (first.value === 'fetch' || first.value === 'scheduled');
    const target = first && first.type !== 'SpreadElement' ? memberPath(first)?.join('.') : undefined;
    if (target !== 'exports' && target !== 'module.exports') return;
    this.#commonjs = true;
    if (path === 'Object.defineProperty' && second?.type === 'Literal') {
      if (second.value !== '__esModule') this.#exports.set(String(second.value), { kind: 'value' });
    } else this.#opaque = true;
  }

  #local(name: string): ExportShape {
    return this.#locals.get(name) ?? { kind: 'value' };
  }

  #shapeOf(node: AnyNode | null | undefined): ExportShape {
    switch (node?.type) {
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return this.#functionShape(node);
      case 'ClassDeclaration':
      case 'ClassExpression':
        return { kind: 'class' };
      case 'Identifier':
        return this.#local(node.name);
      case 'NewExpression':
        return { kind: 'instance' };
      case 'ParenthesizedExpression':
        return this.#shapeOf(node.expression);
      case 'AwaitExpression':
        return this.#shapeOf(node.argument);
      case 'AssignmentExpression':
        return this.#shapeOf(node.right);
      case 'ObjectExpression': {
        const members = new Map<string, ExportShape>();
        for (const property of node.properties)
          if (property.type === 'Property' && !property.computed)
            members.set(nameOf(property.key), this.#shapeOf(property.value));
        return { kind: 'object', members };
      }
      case 'CallExpression': {
        const from = requiredModule(node);
        if (from !== undefined) return { kind: 'imported', from, name: '*' };
        return { kind: 'call', wraps: this.#wrapped(node.arguments) };
      }
      case 'MemberExpression': {
        const from = requiredModule(node.object);
        if (from !== undefined && node.property.type === 'Identifier')
          return { kind: 'imported', from, name: node.property.name };
        return { kind: 'value' };
      }
      default:
        return { kind: 'value' };
    }
  }

  /** The last function among the arguments: in a chain of middleware it is the handler. */
  #wrapped(nodes: readonly (AnyNode | null)[]): FunctionShape | undefined {
    for (const node of nodes.toReversed()) {
      if (node?.type === 'ArrayExpression') {
        const inner = this.#wrapped(node.elements as (AnyNode | null)[]);
        if (inner) return inner;
      }
      const shape = this.#shapeOf(node);
      if (shape.kind === 'function') return shape;
    }
    return undefined;
  }

  #functionShape(
    node: Extract<
      AnyNode,
      { type: 'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression' }
    >,
  ): FunctionShape {
    const parameters = node.params.map((parameter): ParameterShape => {
      const target = parameter.type === 'AssignmentPattern' ? parameter.left : parameter;
      const keys =
        target.type === 'ObjectPattern'
          ? target.properties.flatMap((property) =>
              property.type === 'Property' && !property.computed ? [nameOf(property.key)] : [],
            )
          : [];
      const name = target.type === 'Identifier' ? target.name : undefined;
      return { name, keys, type: this.#types.typeOf(target) };
    });
    const context = parameters[1];
    const members = new Set(context?.keys ?? []);
    let makesResponse = false;
    walk(node.body as AnyNode, (inner) => {
      if (inner.type === 'NewExpression' && memberPath(inner.callee)?.[0] === 'Response')
        makesResponse = true;
      if (inner.type !== 'MemberExpression') return;
      const [object, member] = memberPath(inner) ?? [];
      if (object === 'Response') makesResponse = true;
      if (object !== undefined && object === context?.name && member !== undefined) members.add(member);
    });
    return { kind: 'function', parameters, contextMembers: [...members], makesResponse };
  }
}

/** What remains behind `exports` or `module.exports`; undefined if the path is neither. */
function exportPath(path: readonly string[]): string[] | undefined {
  if (path[0] === 'exports') return path.slice(1).length > 0 ? path.slice(1) : undefined;
  return path[0] === 'module' && path[1] === 'exports' ? path.slice(2) : undefined;
}

function requiredModule(node: AnyNode): string | undefined {
  if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier' || node.callee.name !== 'require')
    return undefined;
  const [first] = node.arguments;
  return first?.type === 'Literal' && typeof first.value === 'string' ? first.value : undefined;
}

const nameOf = (node: AnyNode): string =>
  node.type === 'Identifier' ? node.name : node.type === 'Literal' ? String(node.value) : '';

function declaredNames(node: AnyNode | null): string[] {
  if (node?.type === 'FunctionDeclaration' || node?.type === 'ClassDeclaration')
    return node.id ? [node.id.name] : [];
  if (node?.type !== 'VariableDeclaration') return [];
  return node.declarations.flatMap(({ id }) => patternNames(id as AnyNode));
}

function patternNames(node: AnyNode): string[] {
  const names: string[] = [];
  if (node.type === 'Identifier') return [node.name];
  if (node.type === 'ObjectPattern')
    for (const property of node.properties)
      names.push(
        ...patternNames((property.type === 'Property' ? property.value : property.argument) as AnyNode),
      );
  if (node.type === 'ArrayPattern')
    for (const element of node.elements) if (element) names.push(...patternNames(element as AnyNode));
  if (node.type === 'AssignmentPattern') return patternNames(node.left as AnyNode);
  return names;
}
