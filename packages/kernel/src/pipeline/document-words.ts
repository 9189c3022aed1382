import { z } from 'zod'

/** `90s`, `5m`, `1h`, `500ms`. */
export const durationSchema = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|m|h)$/, 'a number with ms, s, m or h, for example 60s')
  .meta({ title: 'duration' })

export const stepIdSchema = z
  .string()
  .max(64)
  .regex(/^[a-z][a-z0-9_]*$/, 'lower-case letters, digits and _, starting with a letter')

export const packageNameSchema = z
  .string()
  .max(80)
  .regex(/^(@[a-z0-9][a-z0-9-]*\/)?[a-z0-9][a-z0-9_-]*$/, 'lower-case letters, digits, - and _, optionally with @scope/')

export const versionSchema = z.string().regex(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/, 'a semantic version, for example 1.0.0')

export const modelNameSchema = z
  .string()
  .max(200)
  .regex(/^[a-z][a-z0-9_-]*\/\S+$/, 'provider/model, for example anthropic/claude-haiku-4-5')
