// Routes as users write them become the table's entries: a choice of control's, in a file that a router without a
// control has as well.

export { compileRoute, compileRoutes, type FunctionRoutes } from '../../edge/contract/compile-routes.ts';
