// Why tests of the suite are not passed, where that is meant. Everything else is a fault.

const COOKIES = "an answer with `Set-Cookie` is not kept: it would give one visitor's cookie to the next";
const LENGTH =
  "the suite's origin sends a body of another length than it declares, which a function's `fetch()` refuses";
const GUESS = 'freshness is not guessed from `Last-Modified`';
const PARTS = 'answers of 206 are not kept';
const METHOD = 'workerd knows no method `M-SEARCH` and answers 501';

const STALE =
  'builds on stale-close, which asks whether a stale answer stands in for a fault unasked: it does not';

export const reasons: Readonly<Record<string, string>> = {
  'age-parse-prefix':
    'an `Age` of two values is believed by nobody here; age-parse-prefix-twoline asks for just that, and both cannot pass',
  'stale-close-must-revalidate': STALE,
  'stale-close-proxy-revalidate': STALE,
  'stale-close-no-cache': STALE,
  'stale-close-s-maxage=2': STALE,
  'headers-store-Set-Cookie': COOKIES,
  '304-etag-update-response-Set-Cookie': COOKIES,
  'other-set-cookie': COOKIES,
  'headers-store-Content-Length': LENGTH,
  '304-etag-update-response-Content-Length': LENGTH,
  'invalidate-M-SEARCH': METHOD,
  'invalidate-M-SEARCH-failed': METHOD,
  'invalidate-M-SEARCH-cl': METHOD,
  'heuristic-200-cached': GUESS,
  'heuristic-203-cached': GUESS,
  'heuristic-204-cached': GUESS,
  'heuristic-404-cached': GUESS,
  'heuristic-405-cached': GUESS,
  'heuristic-410-cached': GUESS,
  'heuristic-414-cached': GUESS,
  'heuristic-501-cached': GUESS,
  'heuristic-599-cached': GUESS,
  'partial-store-partial-reuse-partial': PARTS,
  'partial-store-partial-reuse-partial-byterange': PARTS,
  'partial-store-partial-reuse-partial-absent': PARTS,
  'partial-store-partial-reuse-partial-suffix': PARTS,
  'partial-store-partial-complete': PARTS,
  'method-POST': 'POST is never answered from what is kept',
  'vary-normalise-lang-select': 'languages are matched as they are sent, and not negotiated',
  'conditional-lm-fresh-no-lm':
    'without `Last-Modified` what is kept is as old as its `Date`, which is after the date that the test asks with',
};
