import type { JournalRecord, RunResult } from '@pipewright/kernel'
import { count, duration, money, originNote } from './format.js'

const style = `
:root { color-scheme: light dark; --line: light-dark(#d8dee6, #30363d); --soft: light-dark(#f5f7fa, #161b22); --text: light-dark(#1b2430, #e6edf3);
  --ok: light-dark(#1f883d, #3fb950); --bad: light-dark(#cf222e, #f85149); --wait: light-dark(#9a6700, #d29922); }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: var(--text); background: light-dark(#fff, #0d1117); }
h1 { margin-bottom: .2rem } .note { color: var(--wait); font-weight: 600 }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid var(--line) } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums }
.track { position: relative; height: 1rem; background: var(--soft); border-radius: .25rem; min-width: 14rem } .bar { position: absolute; top: 0; bottom: 0; border-radius: .25rem; background: var(--ok); min-width: 3px }
.failed .bar { background: var(--bad) } .paused .bar { background: var(--wait) } pre { background: var(--soft); padding: 1rem; overflow: auto; border-radius: .4rem; white-space: pre-wrap; overflow-wrap: anywhere }`

/** A run as one self-contained page: a timeline of its steps, what they cost, what came out. */
export function renderReport(result: RunResult, records: readonly JournalRecord[]): string {
  const times = stepTimes(records)
  const start = Math.min(...[...times.values()].map((time) => time.from), records[0]?.at ?? 0)
  const span = Math.max(1, (records.at(-1)?.at ?? start) - start)
  const rows = result.steps.map((step) => {
    const time = times.get(step.id)
    const left = time ? ((time.from - start) / span) * 100 : 0
    const width = time ? Math.max(0.3, ((time.to - time.from) / span) * 100) : 0
    const bar = time ? `<div class="bar" style="left:${left.toFixed(2)}%;width:${Math.min(width, 100 - left).toFixed(2)}%"></div>` : ''
    const tokens = step.usage.inputTokens + step.usage.outputTokens
    return `<tr class="${step.status}"><th scope="row">${escape(step.id)}</th><td>${step.status}</td><td><div class="track">${bar}</div></td><td class="n">${duration(step.durationMs)}</td><td class="n">${count(tokens)}</td><td class="n">${money(step.usage.usd)}</td></tr>`
  })
  const outputs = Object.entries(result.outputs).map(
    ([name, value]) => `<h3>${escape(name)}</h3><pre>${escape(typeof value === 'string' ? value : JSON.stringify(value, null, 2))}</pre>`,
  )
  const error = result.error
    ? `<p class="note">${escape(result.error.code)}: ${escape(result.error.message)} ${escape(result.error.hint)}</p>`
    : ''
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escape(result.pipeline)} · ${escape(result.runId)}</title><style>${style}</style></head>
<body><main>
<h1>${escape(result.pipeline)}</h1>
<p>${escape(result.runId)} · <strong>${result.status}</strong> in ${duration(result.durationMs)} · ${result.usage.calls} model calls · ${count(result.usage.inputTokens)} tokens in, ${count(result.usage.outputTokens)} out · ${money(result.usage.usd)}</p>
<p class="${result.origin === 'real' ? '' : 'note'}">${escape(originNote(result.origin))}</p>${error}
<h2>Timeline</h2>
<table><thead><tr><th scope="col">Step</th><th scope="col">Status</th><th scope="col">When</th><th scope="col" class="n">Time</th><th scope="col" class="n">Tokens</th><th scope="col" class="n">Cost</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table>
<h2>Outputs</h2>
${outputs.join('\n') || '<p>None.</p>'}
</main></body></html>
`
}

function stepTimes(records: readonly JournalRecord[]): Map<string, { from: number; to: number }> {
  const times = new Map<string, { from: number; to: number }>()
  for (const record of records) {
    if (!('step' in record) || record.step === null) continue
    const [id = ''] = record.step.split(/[[(/]/)
    const known = times.get(id)
    if (!known) times.set(id, { from: record.type === 'step-finished' ? record.at - record.durationMs : record.at, to: record.at })
    else known.to = Math.max(known.to, record.at)
  }
  return times
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
