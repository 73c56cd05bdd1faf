import {
  type CreateFunction,
  createFunctionSchema,
  type FunctionRecord,
} from '../../control/model/function.ts';
import { newFunctionId } from '../../control/store/new-id.ts';

/** A draft as `createFunction` would store it. */
export function functionRecord(changes: Partial<FunctionRecord> = {}): FunctionRecord {
  const input: CreateFunction = createFunctionSchema.parse({ name: changes.name ?? 'hello' });
  const {
    code: _code,
    deploy: _deploy,
    environment: _environment,
    compatibility_date,
    compatibility_flags,
    ...same
  } = input;
  return {
    ...same,
    id: newFunctionId(),
    compatibilityDate: compatibility_date ?? '2026-11-01',
    compatibilityFlags: compatibility_flags,
    status: 'draft',
    activeVersion: null,
    createdAt: '2026-11-21T00:00:00.000Z',
    updatedAt: '2026-11-21T00:00:00.000Z',
    ...changes,
  };
}
