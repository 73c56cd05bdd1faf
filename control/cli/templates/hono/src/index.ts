import { Hono } from 'hono';

const app = new Hono();

app.get('/', (c) => c.text('Hello from Hono!'));
app.get('/users/:id', (c) => c.json({ id: c.req.param('id') }));
app.post('/', async (c) => c.json({ created: await c.req.json() }, 201));

export default app;
