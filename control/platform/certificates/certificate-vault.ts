// Keys of certificates, and of accounts with authorities, as the vault seals them: they belong to no project.

import { PLATFORM, type Vault } from '../../secrets/vault.ts';

export class CertificateVault {
  readonly #vault: Vault;

  constructor(vault: Vault) {
    this.#vault = vault;
  }

  seal(name: string, key: string): string {
    return this.#vault.seal(PLATFORM, `certificate ${name}`, key);
  }

  /** @throws {AppError} SYS_001 for what was changed or moved. */
  open(name: string, sealed: string): string {
    return this.#vault.open(PLATFORM, `certificate ${name}`, sealed);
  }

  sealAccount(directory: string, key: string): string {
    return this.#vault.seal(PLATFORM, `acme account ${directory}`, key);
  }

  openAccount(directory: string, sealed: string): string {
    return this.#vault.open(PLATFORM, `acme account ${directory}`, sealed);
  }
}
