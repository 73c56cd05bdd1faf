// What the control API can ask of projects, their environments, and the variables that are set for them.

import type { Caller } from '../model/access.ts';
import type { CreateEnvironment, EnvironmentRecord, PutEnvironment } from '../model/environment.ts';
import type { EnvVariable, SetEnv } from '../model/function.ts';
import type { EnvSource, OverlayScope } from '../model/overlay.ts';
import type { CreateProject, ProjectRecord, UpdateProject } from '../model/project.ts';
import type { DeployResult, FunctionRef, Page, PageRequest } from './platform.ts';

export interface ProjectView {
  readonly record: ProjectRecord;
  readonly functions: number;
}

export interface EnvironmentView {
  readonly record: EnvironmentRecord;
  readonly functions: number;
}

/** What became of the functions that run with a variable which has changed. */
export interface OverlayChange {
  /** Functions whose instances were replaced; those without an instance have it from their next start. */
  readonly replaced: number;
  /** Functions that did not start with it: what ran before goes on. */
  readonly failed: readonly { readonly function: string; readonly message: string }[];
}

/** A variable as a function runs with it, and where it was set. */
export type EffectiveVariable = EnvVariable & { readonly source: EnvSource };

export interface Promotion {
  /** Where the version is now: the environment of the function that was named, if it is absent. */
  readonly from?: string | undefined;
  readonly to: string;
  /** The live one, if it is absent. */
  readonly version?: string | undefined;
  /** Whether variables that were set on the function there may go for those of the version. */
  readonly replaceVariables?: boolean | undefined;
}

export interface ProjectOperations {
  listProjects(by: Caller, page: PageRequest): Promise<Page<ProjectView>>;
  createProject(by: Caller, input: CreateProject): Promise<ProjectView>;
  getProject(by: Caller, project: string): Promise<ProjectView>;
  updateProject(by: Caller, project: string, input: UpdateProject): Promise<ProjectView>;
  /** Refused while it has functions. */
  deleteProject(by: Caller, project: string): Promise<void>;

  listEnvironments(by: Caller, project: string): Promise<readonly EnvironmentView[]>;
  createEnvironment(by: Caller, project: string, input: CreateEnvironment): Promise<EnvironmentView>;
  getEnvironment(by: Caller, project: string, environment: string): Promise<EnvironmentView>;
  /** Makes it if it is not there. */
  putEnvironment(
    by: Caller,
    project: string,
    environment: string,
    input: PutEnvironment,
  ): Promise<EnvironmentView>;
  /** Refused while it has functions, and for those that every project has. */
  deleteEnvironment(by: Caller, project: string, environment: string): Promise<void>;

  listOverlay(by: Caller, scope: OverlayScope): Promise<readonly EnvVariable[]>;
  /** Resolves when no instance serves that was started with the value before. */
  setOverlay(by: Caller, scope: OverlayScope, input: SetEnv): Promise<OverlayChange>;
  deleteOverlay(by: Caller, scope: OverlayScope, key: string): Promise<OverlayChange>;
  /** What the function runs with, of all places where variables are set. */
  effectiveEnv(by: Caller, ref: FunctionRef): Promise<readonly EffectiveVariable[]>;

  /** Makes the very same version live in another environment, in a function that is made if it is not there. */
  promote(by: Caller, ref: FunctionRef, input: Promotion): Promise<DeployResult>;
}
