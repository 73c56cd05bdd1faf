// A sealed value: what takes the place of a secret wherever one is stored or handed about. Only `control/secrets/`
// can make one or open it; here is what all others may know, that it is one.

const SEALED = /^v1\.[A-Za-z0-9_-]{38,}$/;

/** The shape alone: whether it can be opened is told by the key. */
export const isSealed = (text: string): boolean => SEALED.test(text);
