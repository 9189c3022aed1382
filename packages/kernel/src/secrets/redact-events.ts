import type { Logger } from '../plugin/services.js'
import type { RunEvent } from '../run/run-result.js'
import type { RunSecrets } from './run-secrets.js'
import { StreamRedactor } from './stream-redactor.js'

/** Passes a run's events on without secrets. Text that a model writes piece by piece may be held back until the step's next event. */
export function redactEvents(secrets: RunSecrets, emit: (event: RunEvent) => void): (event: RunEvent) => void {
  const streams = new Map<string, StreamRedactor>()
  const say = (step: string, text: string): void => {
    if (text !== '') emit({ type: 'text', step, text })
  }
  const end = (step: string): void => {
    const stream = streams.get(step)
    streams.delete(step)
    if (stream) say(step, stream.end(secrets.hidden))
  }
  return (event) => {
    if (secrets.isIdle) {
      emit(event)
      return
    }
    if (event.type === 'text') {
      const stream = streams.get(event.step) ?? new StreamRedactor()
      streams.set(event.step, stream)
      say(event.step, stream.push(event.text, secrets.hidden))
      return
    }
    if (event.type === 'run-finished') for (const step of streams.keys()) end(step)
    else if ('step' in event && event.step !== null) end(event.step)
    emit(redactEvent(secrets, event))
  }
}

function redactEvent(secrets: RunSecrets, event: Exclude<RunEvent, { type: 'text' }>): RunEvent {
  switch (event.type) {
    case 'step-progress':
    case 'warning':
      return { ...event, message: secrets.redact(event.message) }
    case 'step-retrying':
      return { ...event, error: secrets.redact(event.error) }
    default:
      return event
  }
}

/** A logger that tells no secret. */
export function redactLogger(secrets: RunSecrets, logger: Logger): Logger {
  const at =
    (level: keyof Logger): Logger[keyof Logger] =>
    (message, fields) =>
      logger[level](secrets.redact(message), ...(fields ? [secrets.redact(fields)] : []))
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
