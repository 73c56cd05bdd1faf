// The version ranges that a function may give: those of a registry only, as other kinds of range read files or run
// git on the machine that builds.

const RANGE = /^(npm:(@[\w.~-]+\/)?[\w.~-]+(@[^\s:/\\]+)?|[^\s:/\\][^:/\\]*)$/;

export const isRegistryRange = (range: string): boolean => RANGE.test(range);
