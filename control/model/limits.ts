// Limits of what a user may ask for or send. Each has a name, a unit and a default here, and a test one past it.

export const timeoutSeconds = { default: 30, min: 1, max: 900 } as const;
export const memoryMb = { default: 128, min: 64, max: 4096 } as const;
/** Share of the processors that a function has while they are wanted by more than one, beside others with 1. */
export const vcpus = { default: 1, min: 1, max: 32 } as const;
/** CPU time that an instance may take without coming back to its event loop; without one, `timeout` bounds it. */
export const cpuMs = { min: 10, max: 900_000 } as const;
/** From the response on: how long `waitUntil` work may go on. */
export const waitUntilSeconds = { default: 30, min: 1, max: 900 } as const;
/** From the response's head on: how long its body may take. */
export const streamSeconds = { default: 900, min: 1, max: 86_400 } as const;
/** Hosts, networks and ports that one function may name in `egress`. */
export const egressRulesMax = 100;
/** Of `rate_limit`: how many requests of a function in how many seconds, over all fronts. */
export const rateLimitRequests = { min: 1, max: 1_000_000 } as const;
export const rateLimitSeconds = { min: 1, max: 3600 } as const;
/** In one `rate_limits` of rules. */
export const limitersMax = 10;
/** What one lets through in its window, or what its bucket holds. */
export const limiterRequests = { min: 1, max: 1_000_000 } as const;
/** Its window, or the time in which an empty bucket becomes full. */
export const limiterWindowSeconds = { min: 1, max: 86_400 } as const;
/** Tokens a second. */
export const limiterRate = { min: 0.0001, max: 1_000_000 } as const;
/** Of `by`. */
export const limiterKeyPartsMax = 4;
export const limiterPathsMax = 20;
/** Requests that one isolate instance serves at a time. */
export const concurrencyPerInstance = { default: 100, min: 1, max: 1000 } as const;
export const instancesPerFunction = { defaultMin: 0, defaultMax: 10, max: 100 } as const;
/** An instance without a request for this long is stopped, unless `minInstances` keeps it. */
export const idleSeconds = { default: 60, min: 1, max: 86_400 } as const;
/** Requests of one function that may wait for an instance, in each front. */
export const queueLength = { default: 1000, min: 0, max: 100_000 } as const;
/** How long one of them may wait. */
export const queueSeconds = { default: 10, min: 1, max: 300 } as const;

/** A host label: RFC 1035 allows 63 octets. */
export const nameLengthMax = 63;
export const descriptionLengthMax = 1024;
/** It ends the names of functions in it, so that there must be room for those. */
export const deployEnvironmentLengthMax = 32;
/** That a project may have besides those which every project has. */
export const environmentsMax = 50;
/** Body of a request to the control API, and to a function. Seed 004: 10 MB. */
export const requestBytesMax = 10 * 1024 * 1024;
/** Source of one function, all files together. Below `requestBytesMax`, which it comes in. */
export const sourceBytesMax = 10 * 1024 * 1024;
export const sourceFilesMax = 1000;
export const environmentVariablesMax = 128;
export const environmentNameLengthMax = 128;
/** One value; the same 1 MB that the config emitter is tested with. */
export const environmentValueBytesMax = 1024 * 1024;
export const dependenciesMax = 100;
export const routesMax = 100;
export const routeSegmentsMax = 32;
/** Static files of one version. */
export const assetFilesMax = 20_000;
/** One static file. */
export const assetBytesMax = 25 * 1024 * 1024;
/** Of a static file's path, in UTF-8. */
export const assetPathBytesMax = 1024;
/** Body of one request that uploads static files: the largest file in base64, and what is around it. */
export const assetUploadBytesMax = 36 * 1024 * 1024;
/** How long what was announced may be uploaded and deployed. */
export const assetSessionSeconds = 3600;
/** Rules of a `_headers` file, and of a `_redirects` file without and with splats and placeholders. */
export const assetHeaderRulesMax = 100;
export const assetStaticRedirectsMax = 2000;
export const assetDynamicRedirectsMax = 100;
/** A line of either file. */
export const assetRuleLengthMax = 2000;
/** Patterns of `run_worker_first`, and the characters of one. */
export const assetFirstRulesMax = 100;
export const assetFirstRuleLengthMax = 100;
/** Schedules of one function. */
export const cronsMax = 50;
export const cronLengthMax = 200;
/** Runs of schedules that are under way at a time, of all functions. */
export const schedulesAtOnceMax = 500;
/** Tails of a platform, see `wrangler tail`. */
export const tailsMax = 100;
/** That one of them may be narrowed by. */
export const tailFiltersMax = 20;
/** Rows of one page of any list. */
export const pageSize = { default: 100, min: 1, max: 1000 } as const;
export const idempotencyKeyLengthMax = 255;
/** How long an `Idempotency-Key` is remembered. */
export const idempotencyHours = 24;
/** API keys of a platform, expired ones among them. All of them are in every front's memory. */
export const keysMax = 1000;
/** How long uploaded source is searched for secrets, and how many finds are listed. */
export const secretScanMs = 5000;
export const secretFindingsMax = 100;
/** How long a source of advisories may take to answer, how much it may answer, and how many are listed. */
export const advisoryMs = 5000;
export const advisoryBytesMax = 5 * 1024 * 1024;
export const advisoryFindingsMax = 100;
/** Seconds that browsers remember by HSTS that a host has HTTPS alone. */
export const hstsSeconds = { default: 31_536_000, min: 0, max: 63_072_000 } as const;
/** Certificates that the TLS door serves, in all folders together. */
export const certificatesMax = 1000;
/** Hosts of one certificate that is ordered by ACME. */
export const acmeDomainsMax = 100;
export const keyNameLengthMax = 100;
/** Projects that one key may name. */
export const keyProjectsMax = 100;
/** How long an entry of the audit log is kept. */
export const auditDays = 365;
/** Changes that the audit log keeps: the newest. */
export const auditChangesMax = 100_000;
/** Refusals that it keeps, apart from the changes, so that no flood of refusals drives a change out. */
export const auditRefusalsMax = 10_000;
/** Values of one secret that its history tells of: the newest. */
export const secretVersionsMax = 100;
/** Versions of one deployment: each has an instance at least. */
export const deploymentVersionsMax = 10;
/** Characters of what is said of a version, a deployment or a rollout. */
export const messageLengthMax = 1000;
export const tagLengthMax = 100;
/** Each is in every front's table. */
export const aliasesPerFunctionMax = 50;
export const rolloutStepsMax = 20;
/** How long a step of a rollout is watched. */
export const stepWaitSeconds = { default: 300, min: 1, max: 604_800 } as const;
/** Requests that a new version must have answered before its guard says anything. */
export const guardMinRequests = { default: 20, min: 1, max: 1_000_000 } as const;
/** How many times the old version's figure a guard may allow. */
export const guardFactorMax = 1000;

/** Ways to say who one is, in one rule. */
export const authMethodsMax = 8;
/** Roles, scopes, claims or certificates that a rule names in one list. */
export const ruleNamesMax = 50;
/** Users of a `basic` rule: each is looked at for each request. */
export const basicUsersMax = 50;
/** Of a public key in a rule. */
export const pemLengthMax = 16_384;
/** Keys of one issuer. */
export const jwksKeysMax = 100;
/** How long keys from a `jwks_url` are fresh, and how long beyond they are used while they cannot be had anew. */
export const jwksMaxAgeSeconds = { default: 600, min: 10, max: 86_400 } as const;
export const jwksStaleSeconds = { default: 3600, min: 0, max: 604_800 } as const;
/** By how much the clock of who signs tokens may differ. */
export const clockSkewSeconds = { default: 30, min: 0, max: 300 } as const;
/** That a rule may let pass since a token was issued. */
export const jwtMaxAgeSecondsMax = 31_536_000;
/** Secrets of one webhook, while one takes the place of another. */
export const webhookSecretsMax = 3;
/** By how much the time in a webhook may differ from ours. */
export const webhookToleranceSeconds = { default: 300, min: 1, max: 3600 } as const;
/** How long a signed URL may be good. */
export const signedUrlSeconds = { default: 3600, min: 1, max: 604_800 } as const;
/** Keys of visitors, of all functions. All of them are in every front's memory. */
export const apiKeysMax = 10_000;
export const apiKeyScopesMax = 50;
/** Networks of one list of `rules.ip`. */
export const ipNetworksMax = 10_000;
/** Redirects of one set of rules, and rewrites: each is tried on every request. */
export const redirectsMax = 100;
export const rewritesMax = 100;
/** Characters of a path pattern or a target. */
export const ruleTextLengthMax = 2048;
/** Redirects that a visitor may be sent through, one behind the other. */
export const redirectHopsMax = 10;
/** Changes of headers of one set of rules, in each direction. */
export const headerRulesMax = 100;
export const headerValueLengthMax = 4096;
/** Changes of pages of one set of rules. */
export const injectionsMax = 20;
/** Characters of what one of them puts in, and of its selector. */
export const injectionLengthMax = 65_536;
export const selectorLengthMax = 200;
/** Origins of `rules.cors` and `rules.csrf`. */
export const originsMax = 100;
/** How long a browser may keep the answer to a preflight. */
export const corsMaxAgeSeconds = { default: 600, min: 0, max: 86_400 } as const;
/** Texts in one list of `rules.bots`, and the characters of one. */
export const botPatternsMax = 200;
export const botPatternLengthMax = 100;
/** What `rules.size` may set: characters of path and query, of all headers, and how many of those. */
export const ruleUrlLength = { min: 16, max: 65_534 } as const;
export const ruleHeaderBytes = { min: 512, max: 1_048_576 } as const;
export const ruleHeaderCount = { min: 1, max: 10_000 } as const;
export const regionNameLengthMax = 63;
/** Of one region: its continent, its country, zones that it is in. */
export const regionTagsMax = 50;
export const regionTagLengthMax = 63;
export const regionEndpointLengthMax = 1000;
export const regionPathLengthMax = 1000;
/** Characters of the secret that two platforms share. */
export const hopSecretLength = { min: 32, max: 256 } as const;
/** Names and tags in each list of a `regions` rule. */
export const regionsNamedMax = 50;
