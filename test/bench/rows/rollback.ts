// A rollback to a version that is kept warm: until it is answered, which is when every front has it, and until the
// first answer of the old version is here. A client asks without pause, so that the moment is seen and not guessed.

import { type BenchOptions, type Row, round } from '../row.ts';
import { startPlatform } from '../sides.ts';
import { percentile } from '../statistics.ts';

const rollbacksPerRound = 40;
const reachMs = 50;

export async function rollbackRow({ rounds, say }: BenchOptions): Promise<Row> {
  const raw: Record<string, number>[] = [];
  const all: number[] = [];
  for (let n = 0; n < rounds; n += 1) {
    const platform = await startPlatform();
    try {
      const code = (name: string): string =>
        `export default { fetch() { return new Response('${name}'); } };`;
      await platform.create('back', code('a'));
      await platform.api('PUT', '/functions/back', { code: code('b') });
      const effects: number[] = [];
      const answers: number[] = [];
      for (let i = 0; i < rollbacksPerRound; i += 1) {
        const { text: before } = await platform.call('back');
        const startedAt = performance.now();
        const rollback = platform.api('POST', '/functions/back/rollback', {}).then(({ status }) => {
          if (status !== 200) throw new Error(`a rollback answered ${status}`);
          return performance.now() - startedAt;
        });
        while ((await platform.call('back')).text === before) {
          if (performance.now() - startedAt > 10_000) throw new Error('a rollback had no effect');
        }
        effects.push(performance.now() - startedAt);
        answers.push(await rollback);
      }
      all.push(...effects);
      raw.push({
        effectP50Ms: round(percentile(effects, 0.5)),
        effectP99Ms: round(percentile(effects, 0.99)),
        answerP50Ms: round(percentile(answers, 0.5)),
      });
      say(`  round ${n + 1}: ${JSON.stringify(raw.at(-1))}`);
    } finally {
      await platform.destroy();
    }
  }
  const p50 = round(percentile(all, 0.5));
  return {
    figure: 'POST …/rollback to the first answer of the version before, p50',
    reach: `<= ${reachMs} ms`,
    measured: `${p50} ms`,
    reached: p50 <= reachMs,
    rounds: raw,
  };
}
