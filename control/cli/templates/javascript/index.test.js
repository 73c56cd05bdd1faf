import { expect, test } from 'vitest';
import { handler } from './index.js';

test('greets by the name in the query', async () => {
  const response = await handler(new Request('http://test/hi?name=Ada'));
  expect(await response.json()).toEqual({ message: 'Hello, Ada!', path: '/hi' });
});

test('greets by the name in the body', async () => {
  const response = await handler(new Request('http://test/', { method: 'POST', body: '{"name": "Ada"}' }));
  expect(await response.json()).toEqual({ message: 'Hello, Ada!', path: '/' });
});
