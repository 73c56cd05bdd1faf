// Values of secrets that rules name, for the routing table. What a name means is what it means to the function itself:
// its own secret, or one of its project or environment, the newest value. They are sealed as soon as they are read.

import { AppError } from '../model/errors.ts';
import type { EnvVariable, FunctionRecord } from '../model/function.ts';
import type { OverlayVariable } from '../model/overlay.ts';
import { secretsOfRules, textsWithSecrets } from '../model/rules/rule-secrets.ts';
import { secretsNamedIn } from '../model/secret-reference.ts';
import { mergeEnv } from '../plan/merge-env.ts';
import { forgedTexts, sealRules } from '../plan/rules/seal-rules.ts';
import type { RuleKey } from '../secrets/rule-key.ts';
import type { Vault } from '../secrets/vault.ts';
import type { Store } from '../store/store.ts';

export interface RuleSecretsOptions {
  readonly store: Pick<Store, 'env' | 'overlay'>;
  readonly vault: Pick<Vault, 'open'>;
  readonly key: RuleKey;
}

interface Known {
  /** Which reading it is from: a slow one may come back after one that began later. */
  readonly turn: number;
  /** By name: the variable as stored. */
  readonly secrets: ReadonlyMap<string, Variable>;
}

/** As it is stored of a function or of one of its versions. */
type Own = Pick<EnvVariable, 'key' | 'value' | 'secret'>;
type Variable = OverlayVariable | Own;
type Placed = Pick<FunctionRecord, 'project' | 'environment' | 'base'>;

export class RuleSecrets {
  readonly #options: RuleSecretsOptions;
  readonly #known = new Map<string, Known>();
  #turn = 0;

  constructor(options: RuleSecretsOptions) {
    this.#options = options;
  }

  /**
   * Reads again what the function's rules may name; true if that has changed. Undefined where they name nothing, so that
   * nobody has to wait.
   */
  learn(record: FunctionRecord): Promise<boolean> | undefined {
    if (textsWithSecrets(record).length > 0) return this.#learn(record);
    this.#known.delete(record.id);
    return undefined;
  }

  /** Whether the rules name what was not read yet. */
  lacks(record: FunctionRecord): boolean {
    const names = secretsOfRules(record);
    const secrets = this.#known.get(record.id)?.secrets;
    return names.some((name) => !secrets?.has(name));
  }

  forget(id: string): void {
    this.#known.delete(id);
  }

  /** The record as the table is compiled from it. */
  sealed(record: FunctionRecord): FunctionRecord {
    if (textsWithSecrets(record).length === 0) return record;
    const secrets = this.#known.get(record.id)?.secrets;
    const secretNamed = (name: string): string | undefined => {
      const variable = secrets?.get(name);
      // An empty one would let in whoever sends nothing.
      return (variable && this.#options.vault.open(record.project, name, variable.value)) || undefined;
    };
    return sealRules(record, secretNamed, (text) => this.#options.key.seal(record.id, text));
  }

  names(record: FunctionRecord, key: string): boolean {
    return secretsOfRules(record).includes(key);
  }

  /**
   * Before rules, or the variables `own`, are stored.
   *
   * @throws {AppError} FN_006 naming what rules name and the function would not have.
   */
  async check(record: FunctionRecord, own: readonly Own[]): Promise<void> {
    refuseForged(record);
    const texts = textsWithSecrets(record);
    if (texts.length === 0) return;
    const secrets = await this.#secretsOf(record, own);
    const issues = texts.flatMap(({ path, text }) =>
      secretsNamedIn(text)
        .map((name) => ({ name, lack: this.#lackOf(record, name, secrets.get(name)) }))
        .filter(({ lack }) => lack !== undefined)
        .map(({ name, lack }) => ({
          name,
          lack,
          message: `names the secret ${name}, which ${lack}`,
          path: path.join('.'),
        })),
    );
    const [first] = issues;
    if (!first) return;
    throw new AppError(
      'FN_006',
      `${first.path} names the secret ${first.name}, which ${first.lack === 'is empty' ? 'is empty' : `"${record.name}" does not have`}: set it with POST /functions/${record.name}/env {"key": "${first.name}", "value": "...", "secret": true}, or \`selvedge secrets set ${record.name} ${first.name}\`, and then the rules.`,
      { issues: issues.map(({ message, path }) => ({ message, path })) },
    );
  }

  #lackOf({ project }: FunctionRecord, name: string, variable: Variable | undefined): string | undefined {
    if (!variable) return 'is not set';
    return this.#options.vault.open(project, name, variable.value) === '' ? 'is empty' : undefined;
  }

  /** @throws {AppError} FN_006 with status 409 if rules of the function name `key`, and it would no longer be a secret. */
  async refuseLoss(
    record: FunctionRecord,
    key: string,
    own: readonly Own[],
    overlay?: readonly OverlayVariable[],
  ): Promise<void> {
    const text = textsWithSecrets(record).find((one) => secretsNamedIn(one.text).includes(key));
    if (!text || (await this.#secretsOf(record, own, overlay)).has(key)) return;
    throw new AppError(
      'FN_006',
      `${text.path.join('.')} of "${record.name}" names the secret ${key}: take it from the rules first.`,
      { status: 409 },
    );
  }

  async #learn(record: FunctionRecord): Promise<boolean> {
    this.#turn += 1;
    const turn = this.#turn;
    const secrets = await this.#secretsOf(record, await this.#options.store.env.list(record.id));
    const before = this.#known.get(record.id);
    if (before && before.turn > turn) return false;
    this.#known.set(record.id, { turn, secrets });
    return secretsOfRules(record).some(
      (name) => before?.secrets.get(name)?.value !== secrets.get(name)?.value,
    );
  }

  async #secretsOf(
    { project, environment, base }: Placed,
    own: readonly Own[],
    given?: readonly OverlayVariable[],
  ): Promise<ReadonlyMap<string, Variable>> {
    const overlay = given ?? (await this.#options.store.overlay.forFunction(project, environment, base));
    const secrets = mergeEnv(overlay, own).filter(({ secret }) => secret);
    return new Map(secrets.map((variable) => [variable.key, variable]));
  }
}

function refuseForged(record: FunctionRecord): void {
  const [first] = forgedTexts(record);
  if (!first) return;
  throw new AppError(
    'FN_006',
    `${first.path.join('.')} is ${JSON.stringify(first.text.slice(0, 40))}, which only Selvedge itself may write: name a secret as \${secrets.NAME}.`,
  );
}
