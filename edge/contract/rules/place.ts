/** Everywhere that one of its parts names. What is absent names nothing. */
export interface PlaceEntry {
  readonly countries?: readonly string[] | undefined;
  readonly continents?: readonly string[] | undefined;
  /** `DE-BE` */
  readonly regions?: readonly string[] | undefined;
  readonly eu?: true | undefined;
  readonly within?: Circle | undefined;
}

export interface Circle {
  /** Decimal degrees. */
  readonly latitude: number;
  readonly longitude: number;
  readonly km: number;
}
