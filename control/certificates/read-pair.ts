// Reads a certificate with its chain, and its key, and refuses what would not work or should not be served.

import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { CertificateFault } from './certificate-fault.ts';
import type { Offer } from './certificate-index.ts';
import { judgeKey } from './judge-key.ts';
import { namesOf } from './names-of.ts';

/** Certificates of one chain. */
export const chainLengthMax = 10;
/** A chain with its key, in PEM. */
export const pairBytesMax = 64 * 1024;

export interface Pair extends Omit<Offer, 'name'> {
  /** PEM; the first is the server's own. */
  readonly certificate: string;
  readonly key: string;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly issuer: string;
  /** SHA-256 of the server's own, in hex with colons. */
  readonly fingerprint: string;
}

/** @throws {CertificateFault} saying what is wrong, and what to do. */
export function readPair(certificate: string, key: string, now: number): Pair {
  const bytes = certificate.length + key.length;
  if (bytes > pairBytesMax)
    throw new CertificateFault(
      `Certificate and key have ${bytes} bytes, and at most ${pairBytesMax} are taken.`,
    );
  const chain = readChain(certificate);
  const [leaf] = chain as [X509Certificate];
  const privateKey = readKey(key);
  if (!leaf.checkPrivateKey(privateKey)) throw mismatch(chain, privateKey);
  const weak = judgeKey(privateKey) ?? weakSignature(leaf);
  if (weak !== undefined) throw new CertificateFault(`The key ${weak}.`);
  const names = namesOf(leaf.subjectAltName);
  if (names.length === 0)
    throw new CertificateFault(
      `The certificate of ${oneLine(leaf.subject)} has no DNS name as its subjectAltName, and clients look at nothing else: have it made with one.`,
    );
  const [notBefore, notAfter] = [Date.parse(leaf.validFrom), Date.parse(leaf.validTo)];
  if (notAfter <= now)
    throw new CertificateFault(
      `The certificate for ${names.join(', ')} ended at ${new Date(notAfter).toISOString()}: renew it.`,
    );
  try {
    createSecureContext({ cert: certificate, key });
  } catch (error) {
    throw new CertificateFault(
      `The certificate for ${names.join(', ')} is not usable: ${(error as Error).message}.`,
      { cause: error },
    );
  }
  return {
    ...{ certificate, key, names, notBefore, notAfter },
    issuer: oneLine(leaf.issuer),
    fingerprint: leaf.fingerprint256,
  };
}

function readChain(text: string): X509Certificate[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0)
    throw new CertificateFault(
      'There is no certificate in it: it must be PEM, which begins with -----BEGIN CERTIFICATE-----.',
    );
  if (blocks.length > chainLengthMax)
    throw new CertificateFault(
      `The chain has ${blocks.length} certificates, and at most ${chainLengthMax} are taken: leave out those that do not sign one another.`,
    );
  return blocks.map((block, at) => {
    try {
      return new X509Certificate(block);
    } catch (error) {
      throw new CertificateFault(
        `Certificate ${at + 1} of ${blocks.length} cannot be read (${(error as Error).message}): it must be whole, and PEM.`,
        { cause: error },
      );
    }
  });
}

function readKey(text: string): KeyObject {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(text))
    throw new CertificateFault(
      'The key is sealed with a passphrase, which nobody could type at a start: store it without one, as `openssl pkey` does.',
    );
  try {
    return createPrivateKey(text);
  } catch (error) {
    throw new CertificateFault(
      'The key cannot be read: it must be a whole private key in PEM, which begins with -----BEGIN PRIVATE KEY-----.',
      // Not the cause itself: its text may hold a part of the key.
      { cause: (error as NodeJS.ErrnoException).code },
    );
  }
}

function mismatch(chain: readonly X509Certificate[], key: KeyObject): CertificateFault {
  const at = chain.findIndex((one) => one.checkPrivateKey(key));
  return new CertificateFault(
    at > 0
      ? `The key belongs to certificate ${at + 1} of ${chain.length}: put the server's own first, those that sign it after it.`
      : `The key does not belong to the certificate of ${oneLine(chain[0]?.subject ?? '')}: bring the one that it was made with.`,
  );
}

function weakSignature(leaf: X509Certificate): string | undefined {
  const { signatureAlgorithm } = leaf as { signatureAlgorithm?: string };
  return signatureAlgorithm !== undefined && /md5|sha1(?!\d)/i.test(signatureAlgorithm)
    ? `is signed for with ${signatureAlgorithm}, which can be forged: have it signed with SHA-256`
    : undefined;
}

const oneLine = (subject: string): string => subject.replaceAll('\n', ', ');
