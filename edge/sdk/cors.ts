// Which pages of other hosts may read the answers: Hono's `cors`.

import { cors as honoCors } from 'hono/cors';
import { fromHono } from './from-hono.ts';
import type { Middleware } from './middleware.ts';

export type CorsOptions = NonNullable<Parameters<typeof honoCors>[0]>;

export const cors = (options?: CorsOptions): Middleware => fromHono(honoCors(options));
