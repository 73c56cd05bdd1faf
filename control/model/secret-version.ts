/** What may be told of a value that a secret has or had: all but the value. Times are ISO 8601 in UTC. */
export interface SecretVersion {
  readonly name: string;
  /** Counts up from 1 in each secret of a function. */
  readonly number: number;
  /** Name of the key, or of the owner's token, that set it. */
  readonly author: string;
  readonly createdAt: string;
  /** When the secret was deleted, or became a plain variable; null for one that has not been. */
  readonly deletedAt: string | null;
}
