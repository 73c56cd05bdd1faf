// The style of /docs. It stands in the page itself, and the page's policy names its hash.

export const DOCS_STYLE = `
:root { color-scheme: light dark;
  --paper: #fbfaf7; --ink: #22252b; --soft: #666c78; --line: #dfdcd4; --card: #ffffff; --code: #f3f1eb;
  --get: #1d6f8a; --post: #2e7d46; --put: #9a6412; --patch: #9a6412; --delete: #b3362c; --link: #1d5fa8; }
@media (prefers-color-scheme: dark) { :root {
  --paper: #15171b; --ink: #e4e3df; --soft: #9aa0ac; --line: #30343c; --card: #1c1f25; --code: #23272e;
  --get: #5fb6d3; --post: #6cc285; --put: #d9a352; --patch: #d9a352; --delete: #ee8178; --link: #7fb3ee; } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, pre:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.page { display: grid; grid-template-columns: 17rem minmax(0, 1fr); gap: 2.5rem; max-width: 78rem; margin: 0 auto; padding: 0 1.5rem; }
nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow-y: auto; padding: 2rem 0; font-size: .875rem; }
nav h2 { font-size: .75rem; letter-spacing: .06em; text-transform: uppercase; color: var(--soft); margin: 1.25rem 0 .25rem; border: 0; padding: 0; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav a { display: block; padding: .15rem 0; color: inherit; text-decoration: none; }
nav a:hover { color: var(--link); text-decoration: underline; }
main { padding: 2rem 0 4rem; min-width: 0; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.35rem; margin: 3rem 0 .25rem; padding-top: .75rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 0; }
h4 { font-size: .8rem; letter-spacing: .04em; text-transform: uppercase; color: var(--soft); margin: 1.25rem 0 .35rem; }
p { margin: .5rem 0; max-width: 68ch; }
.soft { color: var(--soft); }
article { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 1.1rem 1.25rem; margin: 1rem 0; scroll-margin-top: 1rem; }
.call { display: flex; flex-wrap: wrap; gap: .6rem; align-items: baseline; font-family: ui-monospace, monospace; margin-top: .35rem; overflow-wrap: anywhere; }
.method { font-weight: 700; font-size: .85rem; }
.get { color: var(--get); } .post { color: var(--post); } .put { color: var(--put); } .patch { color: var(--patch); } .delete { color: var(--delete); }
.open { font: .75rem system-ui, sans-serif; border: 1px solid var(--line); border-radius: 1rem; padding: 0 .5rem; color: var(--soft); }
code { font-family: ui-monospace, monospace; font-size: .9em; background: var(--code); border-radius: 3px; padding: .05em .3em; overflow-wrap: anywhere; }
pre { background: var(--code); border-radius: 6px; padding: .75rem 1rem; margin: .35rem 0; overflow-x: auto; font-size: .83rem; line-height: 1.5; }
pre code { background: none; padding: 0; font-size: inherit; overflow-wrap: normal; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th { text-align: left; font-weight: 600; color: var(--soft); }
th, td { padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td:first-child code { white-space: nowrap; }
tr:last-child td { border-bottom: 0; }
details { margin-top: .75rem; } summary { cursor: pointer; color: var(--soft); }
@media (max-width: 52rem) { .page { display: block; padding: 0 1rem; } nav { position: static; max-height: none; padding-bottom: 0; columns: 2; } nav h2 { break-after: avoid; } nav ul { break-inside: avoid; } main { padding-top: 1rem; } }
`;
