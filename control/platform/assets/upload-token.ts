// What a client is handed when it announces static files: it may upload those, and have them in a version of that
// function, for an hour. A signed token, as the tools of this field take and expect one.

import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { AppError } from '../../model/errors.ts';
import { assetSessionSeconds } from '../../model/limits.ts';

const ALGORITHM = 'HS256';
const AUDIENCE = 'selvedge assets';

export interface UploadRight {
  readonly project: string;
  /** Name of the function. */
  readonly function: string;
  /** Of the files that were announced. */
  readonly manifest: string;
}

const claimsSchema = z.object({
  project: z.string(),
  function: z.string(),
  manifest: z.string().regex(/^[0-9a-f]{64}$/),
});

/** The key of a project; undefined for one that never had files. */
export type KeyOf = (project: string) => Promise<string | undefined>;

export async function signUpload({ ...right }: UploadRight, key: string, now: Date): Promise<string> {
  const issuedAt = Math.floor(now.getTime() / 1000);
  return new SignJWT(right)
    .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
    .setAudience(AUDIENCE)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + assetSessionSeconds)
    .sign(Buffer.from(key, 'base64url'));
}

/** @throws {AppError} FN_009 with 401 for a token that was not made here, or is not good any more. */
export async function verifyUpload(token: string, keyOf: KeyOf, now: Date): Promise<UploadRight> {
  try {
    const options = {
      algorithms: [ALGORITHM],
      audience: AUDIENCE,
      currentDate: now,
      requiredClaims: ['exp'],
    };
    const { payload } = await jwtVerify(
      token,
      // Whose it says it is decides by which key it is judged: a lie there makes the signature wrong.
      async () => {
        const { project } = claimsSchema.parse(unverified(token));
        const key = await keyOf(project);
        if (key === undefined) throw refused('is of a project without static files');
        return Buffer.from(key, 'base64url');
      },
      options,
    );
    return claimsSchema.parse(payload);
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (error instanceof errors.JWTExpired) throw refused('has expired', error);
    throw refused('is not one that was made here', error);
  }
}

function unverified(token: string): unknown {
  const [, payload = ''] = token.split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
}

const refused = (why: string, cause?: unknown): AppError =>
  new AppError(
    'FN_009',
    `The token for an upload of static files ${why}: announce the files again, and use the token of that answer.`,
    { status: 401 },
    cause,
  );
