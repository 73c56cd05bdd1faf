// Selectors that rules take and refuse, for the schema that says so and for the rewriter that it speaks for.

export const TAKEN_SELECTORS: readonly string[] = [
  ...['*', 'head', 'h1', 'my-element', '.a', '#a', 'p.a.b', 'p#a.b', 'a[href]', 'a[href="x"]', "a[href='x']"],
  ...[
    'a[href^="/"]',
    'a[href$=".pdf"]',
    'a[href*="x"]',
    'a[class~="x"]',
    'a[lang|="de"]',
    'a[href=x]',
    'a[href="x" i]',
  ],
  ...[
    'body > h1.title',
    'ul li',
    'ul > li a',
    'li:first-child',
    'li:nth-child(3)',
    'p:nth-of-type(2)',
    'p:first-of-type',
  ],
  ...['a:not(.b)', 'a:not([href])', ':not(p)', 'a[data-x]:not(.b):nth-child(2)', '[data-x]', '-x', '_x'],
];

export const REFUSED_SELECTORS: readonly string[] = [
  ...['', ' ', 'a,b', 'a  b', ' a', 'a ', 'a>b', 'a + b', 'a ~ b', '>', 'a >', '..a', '.', '#', '1a', '.1'],
  ...[
    'a:hover',
    'a::before',
    'a:has(b)',
    'a:nth-child(2n+1)',
    'a[',
    'a[]',
    'a[href',
    'a[href="]',
    'a[href="\\""]',
    'a:not(',
  ],
  ...[
    'a:not(b c)',
    'a:not(a:not(b))',
    'é',
    'a\0',
    'a\nb',
    'a{}',
    '<a>',
    '::',
    'ns|a',
    '&',
    'a:is(b)',
    'a:nth-child(99999)',
  ],
];
