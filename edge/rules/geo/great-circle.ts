// How far two places are from each other, along the ground. Pure.

export interface Position {
  /** Decimal degrees. */
  readonly latitude: number;
  readonly longitude: number;
}

/** Of the ball that the earth nearly is: no distance is wrong by more than 0.6 %. */
const EARTH_KM = 6371;
const RADIANS = Math.PI / 180;

export function greatCircleKm(from: Position, to: Position): number {
  const alongLatitude = Math.sin(((to.latitude - from.latitude) * RADIANS) / 2) ** 2;
  const alongLongitude = Math.sin(((to.longitude - from.longitude) * RADIANS) / 2) ** 2;
  const parallels = Math.cos(from.latitude * RADIANS) * Math.cos(to.latitude * RADIANS);
  return 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(alongLatitude + parallels * alongLongitude)));
}
