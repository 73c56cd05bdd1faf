import { AppError } from '../model/errors.ts';

export const noEnvironment = (project: string, name: string): AppError =>
  new AppError(
    'FN_001',
    `Project "${project}" has no environment "${name.slice(0, 80)}": POST /projects/${project}/environments {"name": "…"} makes one, and GET lists them.`,
  );
