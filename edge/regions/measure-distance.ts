// Great-circle distance, by the haversine formula: the Earth as a ball is off by half a percent at most.

import type { Place } from '../contract/regions.ts';

const earthRadiusKm = 6371;

export function distanceKm(from: Place, to: Place): number {
  const latitude = radians(to.latitude - from.latitude);
  const longitude = radians(to.longitude - from.longitude);
  const half =
    Math.sin(latitude / 2) ** 2 +
    Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude)) * Math.sin(longitude / 2) ** 2;
  // Rounding may bring it above 1 for opposite points.
  return 2 * earthRadiusKm * Math.asin(Math.sqrt(Math.min(1, half)));
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180;
