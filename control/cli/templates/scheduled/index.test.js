import { expect, test, vi } from 'vitest';
import job from './index.js';

test('cleans up for the day that it was due', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  await job.scheduled({ scheduledTime: Date.parse('2026-01-02T00:00:00Z') });
  expect(log).toHaveBeenCalledWith('cleaning up for', '2026-01-02');
});
