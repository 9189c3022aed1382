import { PipewrightError } from '../errors/pipewright-error.js'
import { mapLeaves } from './map-leaves.js'
import { Redactor, type Hidden } from './redactor.js'
import { formsOf } from './secret-forms.js'
import { createNonce, SecretMarkers } from './secret-markers.js'
import { noSecrets, type SecretSource } from './secret-source.js'

/** Anything shorter would be found in texts that have nothing to do with it. */
const fewestCharacters = 4
const mostCharacters = 16 * 1024
const nothing = new Redactor([])

/**
 * The secrets of one run. Templates see markers in their place; a step is given the values at the last moment, and what comes back
 * from it is redacted.
 */
export class RunSecrets {
  /** What `secrets.NAME` renders to. */
  readonly placeholders: Readonly<Record<string, string>>
  private readonly source: SecretSource
  private readonly values = new Map<string, string>()
  /** Made when a template first asks for a secret: most runs need none. */
  private markers: SecretMarkers | null = null
  private markerRedactor = nothing
  private redactor = nothing

  constructor(source: SecretSource = noSecrets) {
    this.source = source
    this.placeholders = Object.defineProperties(
      {},
      Object.fromEntries(source.names.map((name) => [name, { enumerable: true, get: () => this.use().create(name) }])),
    )
  }

  /** No template has asked for a secret yet, so there is nothing to reveal and nothing to hide. */
  get isIdle(): boolean {
    return this.markers === null
  }

  /** What there is to hide by now. */
  get hidden(): Redactor {
    return this.redactor
  }

  /**
   * A value with the secrets in it. They are read when they are first needed.
   * @throws SECRET_MISSING, SECRET_INVALID
   */
  async reveal<Value>(value: Value): Promise<Value> {
    const { markers } = this
    if (!markers) return value
    const needed = new Map<string, string>()
    fill(value, markers, (name) => {
      needed.set(name, '')
      return ''
    })
    if (needed.size === 0) return value
    for (const name of needed.keys()) needed.set(name, await this.load(name))
    return fill(value, markers, (name) => needed.get(name) ?? '')
  }

  /** A value in which secrets are markers again: what a step hands on to the steps of another pipeline. */
  conceal<Value>(value: Value): Value {
    const { markers } = this
    if (!markers || this.values.size === 0) return value
    const longestFirst = [...this.values].toSorted(([, left], [, right]) => right.length - left.length)
    return mapped(value, (leaf) => (typeof leaf === 'string' ? mark(leaf, longestFirst, markers) : leaf))
  }

  /** A value without secrets: `[secret NAME]` stands in their place, and in that of markers. Itself when it has none. */
  redact<Value>(value: Value): Value {
    return this.isIdle ? value : redactedBy(this.redactor, value)
  }

  /** A value with `[secret NAME]` for each marker, and so the same in every run. */
  stable<Value>(value: Value): Value {
    return this.isIdle ? value : redactedBy(this.markerRedactor, value)
  }

  /** An error that tells no secret; its cause, which may, is left out. */
  redactError(error: PipewrightError): PipewrightError {
    if (this.isIdle) return error
    const { code, message, hint, retryable, place, retryAfterMs, step, details } = error
    return new PipewrightError(code, this.redactor.text(message), {
      hint: this.redactor.text(hint),
      retryable,
      details: this.redactDetails(details),
      ...(place ? { place } : {}),
      ...(step === undefined ? {} : { step }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    })
  }

  /** Details come from anywhere, and may refer to themselves. */
  private redactDetails(details: PipewrightError['details']): PipewrightError['details'] {
    try {
      return redactedBy(this.redactor, details)
    } catch {
      return {}
    }
  }

  private use(): SecretMarkers {
    if (this.markers) return this.markers
    const markers = new SecretMarkers(createNonce())
    this.markers = markers
    this.markerRedactor = new Redactor(this.source.names.flatMap((name) => hide(name, markers.create(name))))
    this.redactor = this.markerRedactor
    return markers
  }

  private async load(name: string): Promise<string> {
    const known = this.values.get(name)
    if (known !== undefined) return known
    const value = await this.source.read(name)
    mustBeSecret(name, value)
    this.values.set(name, value)
    this.redactor = new Redactor([...this.redactor.hidden, ...hide(name, value)])
    return value
  }
}

function fill<Value>(value: Value, markers: SecretMarkers, secret: (name: string) => string): Value {
  return mapped(value, (leaf) => {
    if (typeof leaf !== 'string') return leaf
    const filled = markers.replace(leaf, secret)
    if (!markers.isSpoilt(filled)) return filled
    throw new PipewrightError('SECRET_INVALID', 'A filter has changed a secret before it was filled in.', {
      hint: 'Join a secret to other text as it is, or through url_encode or base64_encode.',
    })
  })
}

/** Only what stands between is looked at further, so that no secret is found in a marker. */
function mark(text: string, [first, ...others]: readonly (readonly [string, string])[], markers: SecretMarkers): string {
  if (!first) return text
  const [name, secret] = first
  const between = text.split(secret)
  return between.map((part) => mark(part, others, markers)).join(markers.create(name))
}

function hide(name: string, text: string): Hidden[] {
  // What passes through a header or a command line loses the spaces around it.
  return [...new Set([...formsOf(text), ...formsOf(text.trim())])].map((form) => ({ text: form, label: `[secret ${name}]` }))
}

/** @throws SECRET_INVALID */
function mustBeSecret(name: string, value: string): void {
  if (value.trim().length < fewestCharacters) {
    throw new PipewrightError('SECRET_INVALID', `The secret ${name} has fewer than ${fewestCharacters} characters.`, {
      hint: 'Something so short cannot be told from other text, and so not be kept out of it. Use a longer one.',
    })
  }
  if (value.length > mostCharacters) {
    throw new PipewrightError('SECRET_INVALID', `The secret ${name} has more than ${mostCharacters.toLocaleString('en')} characters.`, {
      hint: 'Keep it in a file that the step itself reads.',
    })
  }
}

function redactedBy<Value>(redactor: Redactor, value: Value): Value {
  // A JSON value stays one of the same shape: only texts change, and the numbers that are secrets become texts.
  return redactor.value(value) as Value
}

function mapped<Value>(value: Value, change: (leaf: string | number) => unknown): Value {
  // As above.
  return mapLeaves(value, change) as Value
}
