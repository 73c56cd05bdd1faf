import { expect, test } from 'vitest';
import { AppError } from '../../control/model/errors.ts';
import { runKeyCommand } from '../../control/secrets/run-key-command.ts';

test('what the command prints is the answer', async () => {
  expect(await runKeyCommand('printf %s-%s one two')).toBe('one-two');
});

test.each([
  ['fails', 'echo no such key >&2; exit 3', 'failed with exit code 3: no such key.'],
  ['does not end in time', 'exec sleep 60', 'did not end within 0.2 s.'],
  ['prints too much', 'head -c 5000 /dev/zero', 'printed more than 4096 bytes.'],
  ['is killed', 'kill -KILL $$', 'ended by SIGKILL.'],
])('a command that %s is told of, and what to do', async (_, command, words) => {
  const running = runKeyCommand(command, 200);
  await expect(running).rejects.toBeInstanceOf(AppError);
  await expect(running).rejects.toThrow(words);
  await expect(running).rejects.toThrow('Run it by hand');
  await expect(running).rejects.not.toThrow(command);
});
