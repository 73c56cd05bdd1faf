// Which addresses may come.

/** Sorted, apart from each other, first and last in turn. IPv6 addresses are their 32 digits. */
export interface AddressRanges {
  readonly v4: readonly number[];
  readonly v6: readonly string[];
}

export interface IpEntry {
  /** Absent: everybody who is not denied. */
  readonly allow?: AddressRanges;
  readonly deny?: AddressRanges;
}
