/** The one style sheet of the pages. */
export const style = `:root {
  color-scheme: light dark;
  --ground: light-dark(#fbfaf8, #16181d);
  --card: light-dark(#ffffff, #1e2128);
  --text: light-dark(#1d2129, #e8e6e1);
  --soft: light-dark(#5a6270, #a3a9b4);
  --line: light-dark(#dedbd4, #343945);
  --link: light-dark(#0b5cad, #7db8ff);
  --good: light-dark(#1d6b3c, #7fd6a0);
  --warn: light-dark(#8f3d0c, #ffb389);
}
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.6 system-ui, sans-serif }
header, main, footer { max-width: 62rem; margin-inline: auto; padding-inline: 1.25rem }
header { display: flex; flex-wrap: wrap; align-items: center; gap: .75rem 1.5rem; padding-block: 1.25rem; border-bottom: 1px solid var(--line) }
.brand { font-weight: 700; font-size: 1.1rem; color: inherit; text-decoration: none }
form { display: flex; flex: 1 1 20rem; gap: .5rem }
input { flex: 1; min-width: 0; padding: .5rem .8rem; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--soft); border-radius: .5rem }
button { padding: .5rem 1rem; font: inherit; font-weight: 600; color: var(--ground); background: var(--link); border: 0; border-radius: .5rem; cursor: pointer }
a { color: var(--link); text-underline-offset: .2em }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
.skip { position: absolute; left: -99rem }
.skip:focus { left: 1rem; top: .5rem; padding: .5rem; background: var(--card) }
h1 { margin: 2rem 0 .5rem; font-size: 1.75rem; line-height: 1.25; overflow-wrap: anywhere }
h2 { margin: 2.25rem 0 .5rem; font-size: 1.2rem; overflow-wrap: anywhere }
small, time, .empty, footer { color: var(--soft) }
h1 small, h2 small { font-weight: 400; font-size: .7em }
.filters, .pages { display: flex; gap: 1rem; margin-block: .75rem 1.25rem }
.filters a[aria-current] { color: inherit; font-weight: 700; text-decoration: none }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); gap: 1rem; margin: 0; padding: 0; list-style: none }
.card { display: flex; flex-direction: column; padding: 1rem 1.1rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem }
.card h2 { margin: 0; font-size: 1.05rem }
.card p { flex: 1; margin: .4rem 0 .8rem }
.purpose { font-size: 1.1rem }
.chips { display: flex; flex-wrap: wrap; gap: .4rem; margin: 0; padding: 0; list-style: none; font-size: .85rem }
.chips li { padding: .05rem .6rem; border: 1px solid var(--line); border-radius: 1rem; color: var(--soft) }
.chips .beta, .chips .production, .chips .fit { color: var(--good); border-color: currentColor }
.chips .experimental, .chips .warning { color: var(--warn); border-color: currentColor }
.notice { padding: .6rem 1rem; border-left: 4px solid var(--warn); background: var(--card) }
pre { padding: .9rem 1.1rem; overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: .5rem }
code { font: .92em/1.5 ui-monospace, monospace }
.scroll { overflow-x: auto }
table { width: 100%; min-width: 34rem; border-collapse: collapse; font-size: .95rem }
th, td { padding: .45rem .75rem .45rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line) }
td code { overflow-wrap: anywhere }
.readme { overflow-x: auto }
tbody th { font-weight: 600 }
.steps { display: flex; flex-wrap: wrap; gap: .5rem 0; margin: 0; padding: 0; list-style: none }
.steps li { padding: .3rem .8rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem }
.steps li { position: relative }
.steps li:not(:last-child) { margin-right: 1.75rem }
.steps li:not(:last-child)::after { content: '→' / ''; position: absolute; left: calc(100% + .45rem); color: var(--soft) }
.integrity { overflow-wrap: anywhere; font-size: .85rem; color: var(--soft) }
footer { margin-top: 3rem; padding-block: 1.5rem; border-top: 1px solid var(--line); font-size: .9rem }
`
