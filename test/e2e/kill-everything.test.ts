// Goal: no acknowledged write is ever lost.
// Method: thirty times, a client creates and changes functions while everything, control and what it started,
// is killed with SIGKILL after a random number of acknowledged writes. After the next start every function that
// was acknowledged is there and answers with what was acknowledged.

import { expect, test } from 'vitest';
import { useSelvedge } from '../support/use-selvedge.ts';

const rounds = 30;
const writesPerRoundMax = 4;

test('whatever was acknowledged is there after everything was killed at any instant', {
  timeout: 600_000,
}, async () => {
  const platform = await useSelvedge();
  const acknowledged = new Map<string, string>();
  for (let round = 0; round < rounds; round += 1) {
    const killAfter = Math.floor(Math.random() * writesPerRoundMax);
    let writes = 0;
    let killed = false;
    const write = async (): Promise<void> => {
      for (let n = 0; !killed; n += 1) {
        const name = `f${round}-${n % 3}`;
        const value = `${round}.${n}`;
        const code = `export default { fetch: () => new Response('${value}') };`;
        const exists = acknowledged.has(name);
        // A write that was under way when the knife fell is acknowledged by nobody: either outcome is right.
        pending.set(name, value);
        const answer = await platform
          .api(exists ? 'PUT' : 'POST', exists ? `/functions/${name}` : '/functions', {
            ...(exists ? {} : { name, public: true }),
            code,
          })
          .catch(() => undefined);
        if (answer === undefined) return;
        expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
        acknowledged.set(name, value);
        pending.delete(name);
        writes += 1;
      }
    };
    const pending = new Map<string, string>();
    const writer = write();
    while (writes < killAfter) await new Promise((resolve) => setImmediate(resolve));
    // Somewhere inside of the next write.
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
    killed = true;
    const processes = platform.processes();
    await platform.end('SIGKILL');
    for (const { pid } of [...processes, ...platform.processes()]) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It had ended by itself.
      }
    }
    await writer;
    await platform.start();
    for (const [name, value] of acknowledged) {
      const { status, text } = await platform.call(name);
      const allowed = [value, pending.get(name)];
      expect(status, `${name} after round ${round}: ${text}\n${platform.output}`).toBe(200);
      expect(allowed, `${name} after round ${round}`).toContain(text);
      if (text !== value) acknowledged.set(name, text);
    }
    if (acknowledged.size > 12) {
      for (const name of [...acknowledged.keys()].slice(0, 6)) {
        expect((await platform.api('DELETE', `/functions/${name}`)).status).toBeLessThan(300);
        acknowledged.delete(name);
      }
    }
  }
});
