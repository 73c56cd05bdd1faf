// How large a request may be. What is absent is bounded by the platform alone.

export interface SizeEntry {
  readonly bodyBytesMax?: number;
  readonly urlLengthMax?: number;
  readonly headerBytesMax?: number;
  readonly headerCountMax?: number;
}
