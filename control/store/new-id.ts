// Makes ids and tokens. The model only names their types, as it has no source of randomness.

import { randomInt } from 'node:crypto';
import type { ApiKeyId, DeploymentId, FunctionId, KeyId, RolloutId } from '../model/ids.ts';

const BASE36 = '0123456789abcdefghijklmnopqrstuvwxyz';
const BASE62 = `${BASE36}ABCDEFGHIJKLMNOPQRSTUVWXYZ`;
/** 36^20 is more than 2^103: ids never meet. */
const idLength = 20;
/** 62^40 is more than 2^238. */
const tokenLength = 40;

const random = (alphabet: string, length: number): string =>
  // randomInt, not a remainder of random bytes: each character is equally likely.
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');

export const newFunctionId = (): FunctionId => `fn_${random(BASE36, idLength)}` as FunctionId;
export const newDeploymentId = (): DeploymentId => `dep_${random(BASE36, idLength)}` as DeploymentId;
export const newRolloutId = (): RolloutId => `rol_${random(BASE36, idLength)}` as RolloutId;
export const newKeyId = (): KeyId => `key_${random(BASE36, idLength)}` as KeyId;
/** An API token: `slv_` and 40 letters and digits. The prefix lets secret scanners know it. */
export const newToken = (): string => `slv_${random(BASE62, tokenLength)}`;
export const newApiKeyId = (): ApiKeyId => `ak_${random(BASE36, idLength)}` as ApiKeyId;
/** A token of a function's visitor. Another prefix, as it opens something else: `API_KEY_FORM` of the edge knows it. */
export const newApiKeyToken = (): string => `svk_${random(BASE62, tokenLength)}`;
