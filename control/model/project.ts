// A project: functions that belong together, with variables and settings that hold for all of them.

import { z } from 'zod';
import { nameSchema } from './function.ts';
import * as limits from './limits.ts';
import { SECRET_SCAN_POLICIES } from './secret-scan.ts';

/** What a project decides for its functions. Each setting has a default, so that `{}` is a project's settings. */
export const projectSettingsSchema = z.strictObject({
  /** What is done about secrets in source that is uploaded; the platform's own setting if absent. */
  secret_scan: z.enum(SECRET_SCAN_POLICIES).optional(),
});
export type ProjectSettings = z.infer<typeof projectSettingsSchema>;

const descriptionSchema = z.string().max(limits.descriptionLengthMax);

export const createProjectSchema = z.strictObject({
  name: nameSchema,
  description: descriptionSchema.default(''),
  settings: projectSettingsSchema.prefault({}),
});
export type CreateProject = z.infer<typeof createProjectSchema>;
export type CreateProjectInput = z.input<typeof createProjectSchema>;

/** Of `settings`, what is left out stays. */
export const updateProjectSchema = z
  .strictObject({ description: descriptionSchema, settings: projectSettingsSchema.partial() })
  .partial();
export type UpdateProject = z.infer<typeof updateProjectSchema>;
export type UpdateProjectInput = z.input<typeof updateProjectSchema>;

export interface ProjectRecord {
  readonly name: string;
  readonly description: string;
  readonly settings: ProjectSettings;
  readonly createdAt: string;
}
