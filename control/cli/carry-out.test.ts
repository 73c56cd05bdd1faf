import { expect, test } from 'vitest';
import { useWorld } from '../../test/support/use-world.ts';
import { type Change, carryOut } from './carry-out.ts';
import { CliError } from './cli-error.ts';
import { CommandContext } from './command-context.ts';
import { Output } from './output.ts';

function useContext() {
  const { world, interrupt } = useWorld();
  const out = new Output(world.stdout, world.stderr, { json: false, noColor: true });
  return { context: new CommandContext(world, out, {}), interrupt };
}

const change = <T>(send: () => Promise<T>): Change<T> => ({
  what: 'The rollback of cart',
  send,
  finished: (result) => `It is ${result}.`,
  look: 'selvedge functions get cart',
});

test('what is not interrupted is what it is', async () => {
  const { context } = useContext();
  expect(
    await carryOut(
      context,
      change(() => Promise.resolve(3)),
    ),
  ).toBe(3);
  await expect(
    carryOut(
      context,
      change(() => Promise.reject(new Error('no'))),
    ),
  ).rejects.toThrow('no');
});

test('interrupted before it was sent, it is not sent', async () => {
  const { context, interrupt } = useContext();
  interrupt();
  let sent = false;
  const work = carryOut(
    context,
    change(async () => {
      sent = true;
    }),
  );
  await expect(work).rejects.toMatchObject({
    exit: 'interrupted',
    message: expect.stringContaining('as before'),
  });
  expect(sent).toBe(false);
});

test('interrupted after it was sent, the answer is waited for and told', async () => {
  for (const [settle, told] of [
    [
      (resolve: (text: string) => void) => resolve('live'),
      'Interrupted, but too late: the rollback of cart had been sent, and is finished. It is live.',
    ],
    [
      (_: unknown, reject: (error: Error) => void) => reject(new Error('No room.')),
      'Interrupted. The rollback of cart failed at the same time: No room. See `selvedge functions get cart`.',
    ],
    [
      (_: unknown, reject: (error: Error) => void) => reject(new CliError('interrupted', 'As before.')),
      'As before.',
    ],
  ] as const) {
    const { context, interrupt } = useContext();
    const answer = Promise.withResolvers<string>();
    const work = carryOut(
      context,
      change(() => answer.promise),
    );
    interrupt();
    settle(answer.resolve, answer.reject);
    await expect(work).rejects.toMatchObject({ exit: 'interrupted', message: told });
  }
});
