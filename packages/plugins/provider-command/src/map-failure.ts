import { PipewrightError, type ErrorCode } from '@pipewright/kernel'

/** What commands say when they fail, and what it means; the first that fits. */
const meanings: readonly (readonly [said: RegExp, code: ErrorCode])[] = [
  [/rate.?limit|too many requests|\b429\b|quota|usage limit/i, 'PROVIDER_RATE_LIMITED'],
  [/overloaded|\b529\b|\b503\b|service unavailable/i, 'PROVIDER_OVERLOADED'],
  [/unauthori[sz]ed|\b401\b|\b403\b|api.?key|not logged in|log ?in|credential|authenticat/i, 'PROVIDER_AUTH'],
  [/context (length|window)|prompt is too long|too many (input )?tokens|maximum context/i, 'PROVIDER_CONTEXT_TOO_LONG'],
  [/content.?(filter|policy)|blocked by safety/i, 'PROVIDER_FILTERED'],
  [/timed? ?out|deadline exceeded/i, 'PROVIDER_TIMEOUT'],
  [/ECONNREFUSED|ENOTFOUND|ECONNRESET|EAI_AGAIN|connection (refused|reset|error)|could not connect|network/i, 'PROVIDER_NETWORK'],
  [
    /model .{0,80}(not found|does not exist)|unknown model|invalid model|unknown (option|argument|flag)|usage:/i,
    'PROVIDER_INVALID_REQUEST',
  ],
]

export interface CommandFailure {
  readonly name: string
  /** How it ended, in words: `ended with code 1`. */
  readonly ended: string
  /** What it said of the reason, secrets already taken out. */
  readonly said: string
}

/** The error that a failed command means. */
export function mapFailure({ name, ended, said }: CommandFailure): PipewrightError {
  const code = meanings.find(([pattern]) => pattern.test(said))?.[1] ?? 'PROVIDER_BAD_RESPONSE'
  const firstLines = said.trim().slice(0, 300)
  const told = firstLines === '' ? 'It gave no reason.' : `It said: ${firstLines}`
  return new PipewrightError(code, `The command "${name}" ${ended}. ${told}`, {
    ...(code === 'PROVIDER_AUTH'
      ? { hint: `Log in with the command itself, or give it its key (environment: under providers.command.commands.${name}).` }
      : {}),
    ...(code === 'PROVIDER_BAD_RESPONSE' ? { hint: 'Run the command by hand with a short prompt to see what is wrong.' } : {}),
    details: { errorOutput: said },
  })
}
