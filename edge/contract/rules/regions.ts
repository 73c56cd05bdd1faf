// Where requests of a function may be answered, and which of these places is taken.

export interface RegionsEntry {
  /** Names, in order; null for all. */
  readonly runIn: readonly string[] | null;
  /** Tags in upper case, of which a region must have one; empty for no such demand. */
  readonly residency: readonly string[];
  readonly prefer: 'nearest' | 'latency' | 'order';
  /** What is taken, in this order, when the preferred one is not there. */
  readonly failover: readonly string[];
}
