/**
 * The report's style sheet: system fonts, contrast of 4.5 and more, and a page for the printer.
 * Nothing is fetched.
 */
export const STYLE = `
:root { color-scheme: light; --ink: #1b1f24; --soft: #4d5561; --line: #c6ccd4; --paper: #ffffff;
  --good: #10602a; --warn: #7a4a00; --bad: #a40e26; --tint: #f4f6f8; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
main, header, footer { max-width: 68rem; margin: 0 auto; padding: .25rem 1.25rem; }
header { padding-top: 1rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: .5rem 0; }
h2 { font-size: 1.25rem; margin: 2rem 0 .5rem; border-bottom: 2px solid var(--line); padding-bottom: .25rem; }
h3 { font-size: 1.05rem; margin: 1.25rem 0 .25rem; }
p, ul, ol, dl { margin: .5rem 0; }
code, pre, .id { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: .85em; }
code, .id { overflow-wrap: anywhere; }
pre { background: var(--tint); border: 1px solid var(--line); padding: .6rem .75rem; white-space: pre-wrap;
  overflow-wrap: anywhere; margin: .5rem 0; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; font-size: .92rem; }
caption { text-align: left; color: var(--soft); padding: .25rem 0; }
th, td { border: 1px solid var(--line); padding: .35rem .5rem; text-align: left; vertical-align: top; }
th { background: var(--tint); }
dl { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: .2rem 1rem; }
dt { font-weight: 600; }
dd { margin: 0; overflow-wrap: anywhere; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--paper); padding: .5rem; }
.verdict { border: 3px solid currentColor; padding: .75rem 1rem; margin: 1rem 0; }
.verdict p { color: var(--ink); }
.verdict strong { font-size: 1.5rem; letter-spacing: .02em; }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); }
.soft { color: var(--soft); }
.picture { overflow-x: auto; border: 1px solid var(--line); padding: .5rem; }
.picture:focus { outline: 3px solid #1a5fb4; outline-offset: 2px; }
.picture svg { display: block; max-width: none; }
td p { margin: 0 0 .25rem; }
.legend { font-size: .92rem; }
details > summary { cursor: pointer; font-weight: 600; padding: .25rem 0; }
.print { display: none; }
.hop { border-left: 4px solid var(--line); padding-left: .9rem; margin: 1rem 0; }
@media (max-width: 50rem) {
  .picture svg { width: 100%; height: auto; }
  table { font-size: .8rem; } th, td { overflow-wrap: anywhere; padding: .25rem; }
}
@media print {
  .print { display: block; }
  body { font-size: 10.5pt; }
  main, header, footer { max-width: none; padding: 0; }
  h2 { break-after: avoid; } h3 { break-after: avoid; }
  .hop, tr, .verdict { break-inside: avoid; }
  .skip { display: none; }
  .picture { overflow: visible; border: 0; padding: 0; break-inside: avoid; }
  .picture svg { width: 100%; height: auto; max-height: 24cm; }
}
@page { margin: 16mm; }
`
