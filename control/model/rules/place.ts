// A place: everywhere that one of its parts names. Sections that ask where a client is have such in them.

import { z } from 'zod';
import { CONTINENTS, isCountry } from '../continents.ts';

/** Countries, continents or regions that one place may name. */
export const placeNamesMax = 250;
/** Half around the earth. */
const kmMax = 20_038;

const country = z
  .string()
  .refine(isCountry, 'must be two capital letters as in ISO 3166-1, such as DE or BR');
const region = z
  .string()
  .refine(
    (code) => /^[A-Z]{2}-[A-Z0-9]{1,3}$/.test(code) && isCountry(code.slice(0, 2)),
    'must be a code as in ISO 3166-2, such as DE-BE or US-CA',
  );
const namesOf = <Name extends z.ZodType>(name: Name): z.ZodArray<Name> =>
  z.array(name).min(1, 'must name at least one').max(placeNamesMax);

export const placeSchema = z
  .strictObject({
    countries: namesOf(country).optional(),
    continents: namesOf(z.enum(CONTINENTS)).optional(),
    regions: namesOf(region).optional(),
    /** Countries of the European Union. */
    eu: z.literal(true).optional(),
    within: z
      .strictObject({
        latitude: z.number().min(-90).max(90),
        longitude: z.number().min(-180).max(180),
        km: z.number().positive().max(kmMax),
      })
      .optional(),
  })
  .refine((place) => Object.keys(place).length > 0, {
    error: 'must name a place: "countries", "continents", "regions", "eu" or "within"',
  });
export type Place = z.infer<typeof placeSchema>;
