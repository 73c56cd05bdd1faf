// Memory of an idle instance: proportional set size of a hundred of them, each with its sandbox's own process.

import { readFileSync } from 'node:fs';
import { type BenchOptions, type Row, round } from '../row.ts';
import { helloSource, startPlatform } from '../sides.ts';
import { median } from '../statistics.ts';

const instances = 100;

function pssMb(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]) / 1024;
}

function parentOf(pid: number): { pid: number; name: string } {
  const parent = Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  return { pid: parent, name: readFileSync(`/proc/${parent}/comm`, 'utf8').trim() };
}

export async function memoryRow({ say }: BenchOptions): Promise<Row> {
  const platform = await startPlatform();
  try {
    for (let i = 0; i < instances; i += 1) {
      await platform.create(`idle-${i}`, helloSource, { scaling: { idleSeconds: 3600 } });
      await platform.call(`idle-${i}`);
    }
    const sizes = platform
      .processes()
      .filter(({ kind }) => kind === 'instance')
      .map(({ pid }) => {
        const parent = parentOf(pid);
        return pssMb(pid) + (parent.name === 'bwrap' ? pssMb(parent.pid) : 0);
      });
    const size = round(median(sizes), 1);
    say(`  ${sizes.length} instances: median ${size} MB, largest ${round(Math.max(...sizes), 1)} MB`);
    return {
      figure: `memory of an idle instance, PSS, ${sizes.length} of them`,
      reach: '<= 10 MB',
      measured: `${size} MB`,
      reached: size <= 10,
      rounds: sizes.map((pss) => ({ pssMb: round(pss) })),
    };
  } finally {
    await platform.destroy();
  }
}
