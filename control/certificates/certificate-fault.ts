/** A certificate or key that is not taken. The message is a sentence for who brought it. */
export class CertificateFault extends Error {
  override readonly name = 'CertificateFault';
}
