import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type ProcessRecord, RunDir } from './run-dir.ts';

function useRunDir(): RunDir {
  const path = mkdtempSync(join(tmpdir(), 'slv-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return new RunDir(path);
}

const instance: ProcessRecord = {
  ...{ kind: 'instance', id: 'instance-known', pid: 1, startTime: '1', build: 'b' },
  instance: { function: 'fn_1', version: 'v1', slot: 7, memoryMb: 64, objects: false, state: 'ready' },
};
const front: ProcessRecord = {
  ...{ kind: 'front', id: 'front-known', pid: 1, startTime: '1', build: 'b' },
  port: 80,
};

test('what processes without a record have left is removed, and nothing of the others', () => {
  const runDir = useRunDir();
  const kept = [
    'slots/7.sock',
    'fronts/front-known.sock',
    'console/instance-known',
    'console/instance-known.read',
  ];
  const left = [
    ...['slots/8.sock', 'slots/instance-dead.sock', 'slots/instance-dead.sock~', 'fronts/front-dead.sock'],
    ...['console/instance-dead', 'console/instance-dead.read', 'console/front-dead'],
  ];
  for (const name of [...kept, ...left]) writeFileSync(join(runDir.path, name), '');
  runDir.removeLeftovers([instance, front]);
  const there = ['slots', 'fronts', 'console'].flatMap((folder) =>
    readdirSync(join(runDir.path, folder)).map((name) => `${folder}/${name}`),
  );
  expect(there.sort()).toEqual(kept.sort());
});

test('a record that cannot be written is refused with SYS_002 and what to do', () => {
  const runDir = useRunDir();
  rmSync(join(runDir.path, 'processes'), { recursive: true });
  expect(() => runDir.writeRecord(instance)).toThrow(
    expect.objectContaining({ code: 'SYS_002', message: expect.stringContaining('free some space') }),
  );
});

test('half a record and what else is no record are removed', () => {
  const runDir = useRunDir();
  runDir.writeRecord(instance);
  for (const name of ['instance-a.json~', 'instance-b.info'])
    writeFileSync(join(runDir.path, 'processes', name), '');
  writeFileSync(join(runDir.path, 'processes', 'instance-c.json'), '{"kind":');
  expect(runDir.readRecords()).toEqual([instance]);
  expect(readdirSync(join(runDir.path, 'processes'))).toEqual(['instance-known.json']);
});
