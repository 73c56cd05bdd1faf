// Rules as the router has them: what of a function's, and of the route by which a request came, holds. Control has
// checked and compiled them; each section's shape is in `rules/`.

// biome-ignore lint/suspicious/noEmptyInterface: sections are added by the parts that they belong to.
export interface RulesEntry {}
