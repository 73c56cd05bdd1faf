import { expect, test, vi } from 'vitest';
import { useWorld } from '../../test/support/use-world.ts';
import { Output } from './output.ts';
import { showProgress } from './show-progress.ts';

async function run(isTerminal: boolean, ms: number): Promise<{ stdout: string; stderr: string }> {
  vi.useFakeTimers();
  try {
    const { world, stdout, stderr } = useWorld({ isTerminal });
    const out = new Output(world.stdout, world.stderr, { json: false, noColor: true });
    const work = showProgress(
      out,
      'deploying cart',
      () => new Promise<void>((resolve) => setTimeout(resolve, ms)),
    );
    await vi.advanceTimersByTimeAsync(ms);
    await work;
    return { stdout: stdout(), stderr: stderr() };
  } finally {
    vi.useRealTimers();
  }
}

test('on a terminal what takes more than half a second is shown, and taken away again', async () => {
  const { stdout, stderr } = await run(true, 2000);
  expect(stderr).toContain('deploying cart (2 s)');
  expect(stderr.endsWith('\r\u001b[2K')).toBe(true);
  expect(stdout).toBe('');
});

test('what is quick is not shown', async () => {
  expect((await run(true, 400)).stderr).toBe('');
});

test('nobody but a terminal gets progress', async () => {
  expect((await run(false, 5000)).stderr).toBe('');
});
