// What the fields of the model's schemas mean, for people. The model itself is free of the API's words; types
// hold these tables to its fields, so that a field without a note does not compile.

import type { z } from 'zod';
import type { CreateKey } from '../model/access.ts';
import type { setAliasSchema } from '../model/alias.ts';
import type { CreateApiKey } from '../model/api-key.ts';
import type { CachePurge } from '../model/cache-purge.ts';
import type { CreateDeployment } from '../model/deployment.ts';
import type { CreateEnvironment, PutEnvironment } from '../model/environment.ts';
import type { CreateFunction, Deploy, SetEnv, UpdateFunction } from '../model/function.ts';
import type { SetEnvironmentEnv } from '../model/overlay.ts';
import type { CreateProject, UpdateProject } from '../model/project.ts';
import type { CreateRegion, UpdateRegion } from '../model/region.ts';
import type { StartRollout } from '../model/rollout.ts';
import type { SignUrl } from '../model/signed-url.ts';

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
  routes:
    'Host and path patterns at which the function answers too; `rules` of a route take the place of those of the function, section by section.',
  rules: 'What the edge does with its requests: docs/rules.md.',
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

const createApiKeyNotes: Record<keyof CreateApiKey, string> = {
  name: 'For people: whose key it is. Two keys may have the same.',
  project: 'Whose functions it opens.',
  function:
    'Id or name of the one function that it opens; absent for all of the project whose rules have an `api_key` method.',
  scopes: 'What rules may ask for with `scopes`.',
  expires_at: 'When it ends by itself; null for never.',
};

const signUrlNotes: Record<keyof SignUrl, string> = {
  path: 'As the visitor will ask for it, from the root of the host.',
  method: 'The one that the URL is good for; with GET so is HEAD.',
  query: 'Parameters, all of which the URL must then have, and no others.',
  expires_in: 'Seconds from now.',
  host: "Of one of the function's routes; absent for the function's own host.",
};

const purgeNotes: Record<keyof CachePurge, string> = {
  project: 'Of its functions only; without one and without `function`, of all that the key is for.',
  function: 'Name or id of the one function that it is of; a name is of `project`, or of `default`.',
  urls: 'As visitors have them, with or without the scheme: `shop.example.com/a?b=c`.',
  tags: "Tags of `Cache-Tag`, or of the function's rule.",
  prefixes: 'URLs that begin so: `shop.example.com/img/`.',
  everything: 'All of it.',
};

const createProjectNotes: Record<keyof CreateProject, string> = {
  name: 'Lower-case letters, digits, "-" and "_": it is part of the host.',
  description: 'For people.',
  settings:
    'What the project decides for its functions; what is left out has its default. `secret_scan`: `off`, `warn` or `refuse` source with secrets in it.',
};

const { name: _projectName, ...updateProjectNotes } = createProjectNotes;

const createEnvironmentNotes: Record<keyof CreateEnvironment, string> = {
  name: 'As a project\'s, without "--" in it, and not 8 hex digits: it ends the names of the functions in it.',
  description: 'For people.',
};

const setEnvironmentEnvNotes: Record<keyof SetEnvironmentEnv, string> = {
  ...setEnvNotes,
  function: 'Base name of the one function that it is for; absent for all of the environment.',
};

const createDeploymentNotes: Record<keyof CreateDeployment, string> = {
  versions:
    'Each version by its id, or the first 8 digits or more, with its share in percent: up to two decimals, 100 in sum. One with a share of 0 gets no new visitors.',
  message: 'Why, for people.',
  strategy: 'A word of your own for how it came about.',
};

const startRolloutNotes: Record<keyof StartRollout, string> = {
  version: 'Id of the version that is to be live, or its first 8 digits or more.',
  strategy:
    '`canary`: by the steps given. `rolling`: by equal steps. `blue-green`: it runs beside the other without visitors, and then gets all of them at once.',
  steps:
    'Of a canary the percentages, `[1, 10, 50, 100]` unless set; of a rolling rollout how many steps, 4 unless set.',
  wait_seconds:
    'How long each step is watched: 300 unless set. Null waits for a command, which is what blue-green does unless set.',
  guard:
    'What the new version is held to: `error_rate` (percent, `max`; or `relative`, so many times what the old version has) and `p95` (`max_ms`, `relative`), once it has answered `min_requests`. If it is not, everything goes back. Null for none; a canary has `{"error_rate": {"max": 5, "relative": 2}, "min_requests": 20}` unless set.',
  message: 'Why, for people.',
};

const setAliasNotes: Record<keyof z.infer<typeof setAliasSchema>, string> = {
  version: 'Id of the version, or its first 8 digits or more.',
};

const updateRegionNotes: Record<keyof UpdateRegion, string> = {
  latitude: 'Decimal degrees, north is positive.',
  longitude: 'Decimal degrees, east is positive.',
  tags: 'Continents, countries, zones: what `residency` of rules may name. In upper case.',
  endpoint: 'Front of another Selvedge, or any HTTP server: `https://host[:port]`. Null is this machine.',
  health_path: 'Asked for with GET, once a second: any answer below 500 is a sign of life.',
  hop_secret:
    'Shared with the platform at the endpoint, which then believes who the client is. Null for none; it is not shown.',
};

const createRegionNotes: Record<keyof CreateRegion, string> = {
  name: 'Lower-case letters, digits and dashes.',
  ...updateRegionNotes,
};

/** By schema name of the OpenAPI document, then by field. */
export const FIELD_NOTES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  CreateFunction: createNotes,
  UpdateFunction: updateNotes,
  SetEnvVariable: setEnvNotes,
  CreateKey: createKeyNotes,
  CreateApiKey: createApiKeyNotes,
  SignUrl: signUrlNotes,
  PurgeCache: purgeNotes,
  CreateProject: createProjectNotes,
  UpdateProject: updateProjectNotes satisfies Record<keyof UpdateProject, string>,
  CreateEnvironment: createEnvironmentNotes,
  PutEnvironment: { description: createEnvironmentNotes.description } satisfies Record<
    keyof PutEnvironment,
    string
  >,
  SetProjectEnvVariable: setEnvNotes,
  SetEnvironmentEnvVariable: setEnvironmentEnvNotes,
  CreateRegion: createRegionNotes,
  UpdateRegion: updateRegionNotes,
  Deploy: annotationNotes,
  CreateDeployment: createDeploymentNotes,
  StartRollout: startRolloutNotes,
  SetAlias: setAliasNotes,
};
