// What the fields of the model's schemas mean, for people. The model itself is free of the API's words; types
// hold these tables to its fields, so that a field without a note does not compile.

import type { z } from 'zod';
import type { CreateKey } from '../model/access.ts';
import type { setAliasSchema } from '../model/alias.ts';
import type { CreateDeployment } from '../model/deployment.ts';
import type { CreateFunction, Deploy, SetEnv, UpdateFunction } from '../model/function.ts';

const annotationNotes: Record<keyof Deploy, string> = {
  message: 'What is new, for people. A version with another message is another version.',
  tag: 'A name for the version, to find it by.',
};

const createNotes: Record<keyof CreateFunction, string> = {
  name: 'Lower-case letters, digits, "-" and "_": it is part of the host. Unique in its project.',
  project: 'Made if it does not exist yet.',
  code: 'The source, or a map of file name to source; binary files are `{"base64": "…"}`. Without it the function is a draft.',
  ...annotationNotes,
  deploy: 'False leaves what was built not live.',
  description: 'For people.',
  runtime: '`nodejs18`, `nodejs20`, `nodejs22`, `nodejs24`, `node`, `javascript` or `typescript`.',
  handler: 'File and export, `index.handler`, or an export of the entry file.',
  convention: 'How the handler is called. `auto` looks at the source; what it chose is in the build log.',
  timeout: 'Seconds until the response must begin.',
  memory: 'MB that an instance may use, with buffers and Wasm; beyond it the instance is ended.',
  vcpu: 'Share of the processors when they are short: a function with 2 gets twice what one with 1 gets. An instance runs one thread of JavaScript, so it never uses more than one processor.',
  cpu_ms:
    'Milliseconds of CPU time that the function may take without coming back to its event loop; null: `timeout` bounds it.',
  wait_until_timeout: 'Seconds after the response that `waitUntil` work may go on.',
  stream_timeout: "Seconds that the response's body may take.",
  egress:
    'Where `fetch()` and `connect()` may go: `none`, `public` (any host at a public address), or a list of rules: `api.example.com`, `*.example.com:443`, `*`, `10.1.0.0/16:5432`, `[fd00::]/8:8000-8999`. Private networks need a rule for the network and the consent of the operator.',
  rate_limit: 'At most `requests` in any `seconds`; null for no such limit.',
  concurrency: 'Requests that an instance serves at a time.',
  scaling: 'How many instances there may be, and when one is added or stopped.',
  public: 'Whether the function answers without a credential.',
  dependencies: 'npm packages and their version ranges.',
  environment: 'Variables, each a string. For secrets use `POST /functions/{id}/env`.',
  sticky:
    'How a visitor is told again while several versions share the traffic, so that he stays with one: `random` (not at all), by a `cookie`, which is set where there is none, by the value of a `header`, or by the `key` that opened the function.',
  env_required: 'Variables without which the function is not deployed.',
  crons: 'When its `scheduled` handler is called, in UTC: `*/5 * * * *`.',
  bindings: 'What `env` holds besides variables, by name: other functions, Durable Objects, files.',
  routes: 'Host and path patterns at which the function answers too.',
  compatibility_date:
    'Date whose Workers behaviour the function gets; a date fixed in this release of Selvedge if absent.',
  compatibility_flags: 'Workers compatibility flags.',
};

const { project: _, ...settingNotes } = createNotes;
const updateNotes: Record<keyof UpdateFunction, string> = {
  ...settingNotes,
  shadow:
    'A version that gets a share of the requests too, so that its answers can be compared; visitors notice nothing. Null for none.',
  status: '`disabled` takes the function off its URLs, `enabled` puts it back.',
};

const setEnvNotes: Record<keyof SetEnv, string> = {
  key: 'Letters, digits and "_", not beginning with a digit.',
  value: 'Text.',
  secret: 'Whether the value is never to be shown again.',
};

const createKeyNotes: Record<keyof CreateKey, string> = {
  name: 'For people, and for the audit log: what the key is for. Two keys may have the same.',
  role: '`viewer` reads, `invoker` calls functions and nothing else, `deployer` reads, changes and calls, `owner` may do everything.',
  projects: 'The projects that it is for; null for all, also those to come.',
  expires_at: 'When it ends by itself; null for never.',
};

const createDeploymentNotes: Record<keyof CreateDeployment, string> = {
  versions:
    'Each version by its id, or the first 8 digits or more, with its share in percent: up to two decimals, 100 in sum. One with a share of 0 gets no new visitors.',
  message: 'Why, for people.',
  strategy: 'A word of your own for how it came about.',
};

const setAliasNotes: Record<keyof z.infer<typeof setAliasSchema>, string> = {
  version: 'Id of the version, or its first 8 digits or more.',
};

/** By schema name of the OpenAPI document, then by field. */
export const FIELD_NOTES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  CreateFunction: createNotes,
  UpdateFunction: updateNotes,
  SetEnvVariable: setEnvNotes,
  CreateKey: createKeyNotes,
  Deploy: annotationNotes,
  CreateDeployment: createDeploymentNotes,
  SetAlias: setAliasNotes,
};
