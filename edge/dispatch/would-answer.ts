// What stands for a function's answer where nothing is sent to it, as an explanation goes through the rules.

export const WOULD_ANSWER = 'x-selvedge-would-answer';

export const wouldAnswer = (): Response => new Response(null, { headers: { [WOULD_ANSWER]: '1' } });
