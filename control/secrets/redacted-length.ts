/** Characters from which on a secret's value is looked for in logs. Shorter ones would be found in any text. */
export const redactedLengthMin = 6;
