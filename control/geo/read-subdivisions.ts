// Reads the names of subdivisions from the package `cldr-subdivisions-full`: a folder for each language, with one file.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RegionCodes, type SubdivisionNames } from './region-codes.ts';

interface SubdivisionsFile {
  readonly subdivisions: {
    readonly localeDisplayNames: { readonly subdivisions: SubdivisionNames };
  };
}

/** English first. Rejects when the folder is not there. */
export async function readSubdivisions(folder: string): Promise<RegionCodes> {
  const languages = (await readdir(folder)).sort((a, b) => Number(b === 'en') - Number(a === 'en'));
  const names = await Promise.all(languages.map((language) => readLanguage(join(folder, language))));
  return new RegionCodes(names);
}

/** Its file is called as the language, but with other signs between its parts. */
async function readLanguage(folder: string): Promise<SubdivisionNames> {
  const [file = ''] = await readdir(folder);
  const content = JSON.parse(await readFile(join(folder, file), 'utf8')) as SubdivisionsFile;
  return content.subdivisions.localeDisplayNames.subdivisions;
}
