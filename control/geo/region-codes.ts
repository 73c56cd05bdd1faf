// Codes of subdivisions by their names, as ISO 3166-2 has them: `BE` for Berlin. DB-IP's free database has names only.
// The names are those of Unicode's CLDR, English before other languages. Pure.

/** Names by code, `deby: "Bavaria"`, of one language. */
export type SubdivisionNames = Readonly<Record<string, string>>;

/** As DB-IP calls places that Unicode calls otherwise, or has by another spelling: those with the most addresses. */
const ALSO_CALLED: SubdivisionNames = {
  ...{ usdc: 'District of Columbia', frara: 'Rhone-Alpes', fridf: 'Ile-de-France', frnaq: 'New Aquitaine' },
  ...{ frnor: 'Normandy', frpac: 'Provence', derp: 'Rheinland-Pfalz', chbs: 'Basel-City', cz10: 'Prague' },
  ...{ rob: 'Bucuresti', bg22: 'Sofia-grad', dk82: 'Central Jutland' },
  ...{ dk81: 'North Denmark', ruspe: 'St.-Petersburg', ua30: 'Kyiv City', vnsg: 'Ho Chi Minh City (HCMC)' },
  ...{ ph00: 'National Capital Region', codc: 'Bogota D.C.', ma04: 'Rabat-Sale-Kenitra' },
  ...{ ma06: 'Casablanca-Settat', kr41: 'Gyeonggi-do', kr46: 'Jeollanam-do', kr48: 'Gyeongsangnam-do' },
};

export class RegionCodes {
  readonly #exact = new Map<string, string>();
  readonly #loose = new Map<string, string>();

  /** Of two languages that mean different places by one name, the first is heeded. */
  constructor(languages: readonly SubdivisionNames[]) {
    for (const names of [...languages, ALSO_CALLED]) {
      for (const [code, name] of Object.entries(names)) {
        const country = code.slice(0, 2).toUpperCase();
        const region = code.slice(2).toUpperCase();
        remember(this.#exact, keyOf(country, exact(name)), region);
        remember(this.#loose, keyOf(country, loose(name)), region);
      }
    }
  }

  /** Undefined where no subdivision of the country is called so. */
  of(country: string, region: string): string | undefined {
    return this.#exact.get(keyOf(country, exact(region))) ?? this.#loose.get(keyOf(country, loose(region)));
  }
}

function remember(map: Map<string, string>, key: string, region: string): void {
  if (!map.has(key)) map.set(key, region);
}

const keyOf = (country: string, name: string): string => `${country} ${name}`;

/** Without accents, capitals and spaces. */
const exact = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

const KINDS =
  /\b(province|region|state|district|county|oblast|governorate|prefecture|voivodeship|municipality|city|capital|metropolitan|autonomous|department|of|the|do|d c|f d)\b/g;

/** Also without what kind of a subdivision it is, which each writes as he likes. */
const loose = (name: string): string => exact(name).replace(KINDS, '').replaceAll(' ', '') || exact(name);
