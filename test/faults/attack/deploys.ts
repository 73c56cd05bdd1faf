// Attacks by deploying: a start that fails, and new versions while the old one is stuck.

import type { Drive, Scene } from '../fault.ts';
import { pause, requests } from './requests.ts';

interface Refusal {
  readonly error?: { readonly code: string };
}

async function deploy({ platform, name, source, tally }: Scene, change: number): Promise<number> {
  const startedAt = performance.now();
  const exists = (await platform.api('GET', `/functions/${name}`)).status === 200;
  const code = { ...source, 'change.js': `export default ${change};` };
  const { status, body } = exists
    ? await platform.api<Refusal>('PUT', `/functions/${name}`, { code })
    : await platform.api<Refusal>('POST', '/functions', { name, code, public: true, timeout: 1 });
  const said = body?.error?.code;
  tally.add(`deploy ${status}${said ? ` ${said}` : ''}`, performance.now() - startedAt);
  return status;
}

/** Deploys again and again, one at a time. */
export const deploys: Drive = async (scene) => {
  for (let change = 0; Date.now() < scene.until; change += 1) {
    await deploy(scene, change);
    await pause(100);
  }
};

/** Clients that keep the function busy, and a new version of it again and again. */
export const deploysWhileAsked: Drive = async (scene) => {
  await Promise.all([requests({ clients: 2 })(scene), deploys(scene)]);
};

/** Deploys until a start succeeds, which is a matter of luck, and then has clients call what must start again. */
export const deploysUntilItStarts: Drive = async (scene) => {
  for (let change = 0; Date.now() < scene.until; change += 1) {
    if ((await deploy(scene, change)) < 300) break;
    await pause(100);
  }
  await requests({ clients: 2 })(scene);
};
