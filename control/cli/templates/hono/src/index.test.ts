import { expect, test } from 'vitest';
import app from './index.ts';

test('shows a user', async () => {
  const response = await app.request('/users/3');
  expect(await response.json()).toEqual({ id: '3' });
});

test('creates a user', async () => {
  const response = await app.request('/', { method: 'POST', body: '{"name": "Ada"}' });
  expect(response.status).toBe(201);
});
