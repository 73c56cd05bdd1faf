// Every bound of the client, with its unit. An option of `createClient` or of one call replaces the first three.

/** How long a call that reads or changes a setting may take, repetitions and pauses included. */
export const callTimeoutMs = 30_000;
/** The same for calls that build and start a version: dependencies may have to be fetched. */
export const deployTimeoutMs = 600_000;
/** The same for a call of a function: the longest `timeout` that one may have, and time to wait for an instance. */
export const invokeTimeoutMs = 960_000;
/** What a timer can hold: beyond it, one fires at once. */
export const timeoutMsMax = 2_147_483_647;

/** Repetitions of a call that was refused for now. */
export const retriesDefault = 4;
export const retriesMax = 20;
/** The pause before the first repetition is drawn from 0 up to this, and doubles with each one. */
export const backOffBaseMs = 250;
export const backOffMaxMs = 10_000;
/** A longer `Retry-After` is not waited for: the error is thrown at once and has it. */
export const retryAfterSecondsMax = 60;

/** Pages that one `getLogs` reads at most; it answers with what it has then. */
export const executionPagesMax = 20;
/** Executions that `getLogs` answers with unless `limit` says otherwise. */
export const executionsDefault = 100;
export const executionsMax = 1000;
/** Rows of a page where the client reads all pages itself. */
export const pageRows = 1000;
/** One event of a log that is followed; a longer one is no event of ours. */
export const eventCharactersMax = 4 * 1024 * 1024;
