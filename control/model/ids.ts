// Branded ids: a string that came through the right door. The brand exists only for the compiler.

declare const brand: unique symbol;
type Brand<T, B extends string> = T & { readonly [brand]: B };

/** `fn_` and 20 lower-case letters and digits; never reused. */
export type FunctionId = Brand<string, 'FunctionId'>;
/** 64 hex digits: SHA-256 over the bundle and the settings that its instances are started with. */
export type VersionId = Brand<string, 'VersionId'>;
/** 64 hex digits: SHA-256 over the bytes of the bundle file. */
export type BundleHash = Brand<string, 'BundleHash'>;
/** `dep_` and 20 lower-case letters and digits. */
export type DeploymentId = Brand<string, 'DeploymentId'>;

/** `rol_` and 20 lower-case letters and digits. */
export type RolloutId = Brand<string, 'RolloutId'>;

/** `key_` and 20 lower-case letters and digits. */
export type KeyId = Brand<string, 'KeyId'>;

/** `ak_` and 20 lower-case letters and digits. */
export type ApiKeyId = Brand<string, 'ApiKeyId'>;

/** Digits of a version id that name its preview host. */
export const PREVIEW_DIGITS = 8;
