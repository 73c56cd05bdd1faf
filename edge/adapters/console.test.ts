import { describe, expect, it } from 'vitest';
import {
  type ConsoleLine,
  consoleBytesPerSecondMax,
  consoleMessageLengthMax,
} from '../contract/console-line.ts';
import { CONSOLE_MARK } from '../contract/names.ts';
import { captureConsole } from './capture-console.ts';
import { captureListeners } from './capture-listeners.ts';
import { captureTimers } from './capture-timers.ts';
import { LineWriter } from './line-writer.ts';
import { failureOf } from './request-scope.ts';

function useWriter() {
  const lines: ConsoleLine[] = [];
  const clock = { now: 1000 };
  const writer = new LineWriter(
    (line) => {
      expect(line.startsWith(CONSOLE_MARK)).toBe(true);
      expect(line).not.toContain('\n');
      lines.push(JSON.parse(line.slice(CONSOLE_MARK.length)) as ConsoleLine);
    },
    () => clock.now,
  );
  return { writer, lines, clock };
}

describe('LineWriter', () => {
  it('numbers its lines and leaves out what is not known', () => {
    const { writer, lines } = useWriter();
    writer.log('info', 'a\nb', undefined);
    writer.error('timer', 'm', undefined, 'r');
    writer.end('r');
    expect(lines).toEqual([
      { k: 'log', n: 0, t: 1000, l: 'info', m: 'a\nb' },
      { k: 'error', n: 1, t: 1000, m: 'm', o: 'timer', r: 'r' },
      { k: 'end', n: 2, t: 1000, r: 'r' },
    ]);
  });

  it('cuts a message that is one character too long, and says how long it was', () => {
    const { writer, lines } = useWriter();
    writer.log('log', 'x'.repeat(consoleMessageLengthMax), undefined);
    writer.log('log', 'x'.repeat(consoleMessageLengthMax + 1), undefined);
    const [fits, cut] = lines.map((line) => (line.k === 'log' ? line.m : ''));
    expect(fits).toHaveLength(consoleMessageLengthMax);
    expect(cut?.endsWith(`x… (cut: ${consoleMessageLengthMax + 1} characters)`)).toBe(true);
  });

  it('drops what is over the budget of a second, counts it, and goes on in the next', () => {
    const { writer, lines, clock } = useWriter();
    const wide = 'é'.repeat(consoleMessageLengthMax);
    const fitting = Math.floor(consoleBytesPerSecondMax / (2 * consoleMessageLengthMax + 100));
    for (let count = 0; count < fitting + 3; count++) writer.log('log', wide, undefined);
    expect(lines).toHaveLength(fitting);
    writer.error('uncaught', 'still told', undefined, undefined);
    expect(lines.slice(fitting)).toMatchObject([{ k: 'dropped', c: 3 }, { k: 'error' }]);
    writer.log('log', wide, undefined);
    clock.now += 1000;
    writer.log('log', 'again', undefined);
    expect(lines.slice(fitting + 2)).toMatchObject([
      { k: 'dropped', c: 1, n: fitting + 2 },
      { k: 'log', m: 'again', n: fitting + 3 },
    ]);
  });

  it('tells what was dropped before the end of an invocation', () => {
    const { writer, lines } = useWriter();
    const text = 'x'.repeat(consoleMessageLengthMax);
    for (let bytes = 0; bytes < consoleBytesPerSecondMax + text.length; bytes += text.length)
      writer.log('log', text, undefined);
    writer.end('r');
    expect(lines.slice(-2)).toMatchObject([{ k: 'dropped' }, { k: 'end' }]);
  });
});

describe('captureConsole', () => {
  it('keeps to the level of each method and formats as console does', () => {
    const { writer, lines } = useWriter();
    const target: Record<string, (...args: unknown[]) => void> = {};
    captureConsole(target, writer, () => 'r');
    target.log?.('%s-%d%%', 'a', 1, { b: 2 });
    target.warn?.('100%', 'b');
    target.error?.(Symbol('s'));
    target.log?.();
    expect(lines.map((line) => (line.k === 'log' ? [line.l, line.m, line.r] : []))).toEqual([
      ['log', 'a-1% { b: 2 }', 'r'],
      ['warn', '100% b', 'r'],
      ['error', 'Symbol(s)', 'r'],
      ['log', '', 'r'],
    ]);
  });

  it('survives a value that fights inspection', () => {
    const { writer, lines } = useWriter();
    const target: Record<string, (...args: unknown[]) => void> = {};
    captureConsole(target, writer, () => undefined);
    const hostile = {
      [Symbol.for('nodejs.util.inspect.custom')]() {
        throw new Error('no');
      },
    };
    target.log?.(hostile);
    expect(lines).toMatchObject([{ m: '[a value that could not be shown: no]' }]);
  });
});

describe('captureTimers', () => {
  it('tells of a throw, throws on, and hands ids and arguments through', () => {
    const scheduled: ((...args: unknown[]) => unknown)[] = [];
    const target: Record<string, unknown> = {
      setTimeout: (callback: () => unknown, ms: number, ...rest: unknown[]) => {
        scheduled.push(() => (callback as (...args: unknown[]) => unknown)(...rest));
        return ms;
      },
    };
    const told: unknown[] = [];
    captureTimers(target, (error) => told.push(error));
    const set = target.setTimeout as (...args: unknown[]) => unknown;
    expect(set((a: number) => a + 1, 7, 1)).toBe(7);
    const fault = new Error('x');
    set(() => {
      throw fault;
    }, 1);
    expect(scheduled[0]?.()).toBe(2);
    expect(() => scheduled[1]?.()).toThrow(fault);
    expect(told).toEqual([fault]);
  });
});

describe('captureListeners', () => {
  it('keeps fetch listeners and passes on the others', () => {
    const passed: unknown[] = [];
    const target: Record<string, unknown> = {
      addEventListener: (...args: unknown[]) => passed.push(args[0]),
    };
    const listeners = captureListeners(target);
    const add = target.addEventListener as (type: string, listener: unknown) => void;
    const listener = () => 1;
    add('fetch', listener);
    add('fetch', { handleEvent: () => 2 });
    add('unhandledrejection', listener);
    expect(passed).toEqual(['unhandledrejection']);
    expect(listeners.get('fetch')?.map((call) => call())).toEqual([1, 2]);
  });
});

describe('failureOf', () => {
  it('has a message for whatever was thrown, and the causes of an error', () => {
    expect(failureOf('text')).toEqual({ message: 'text', stack: undefined });
    expect(failureOf({ code: 1 }).message).toBe('{"code":1}');
    expect(failureOf(undefined).message).toBe('undefined');
    expect(failureOf(new TypeError()).message).toBe('TypeError');
    expect(
      failureOf({
        toJSON: () => {
          throw new Error('no');
        },
      }).message,
    ).toMatch(/has no text: no/);
    const outer = new Error('outer', { cause: new Error('inner') });
    expect(failureOf(outer).stack).toMatch(/^Error: outer\n[\s\S]*\nCaused by: Error: inner\n/);
  });
});
