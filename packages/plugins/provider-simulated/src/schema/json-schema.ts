/** A JSON Schema where one may stand: `true` allows everything, `false` nothing. */
export type SchemaNode = boolean | Schema

/** The keywords that the simulation heeds, as the meta-schema types them. */
export interface Schema {
  readonly $ref?: string
  readonly $anchor?: string
  readonly type?: string | readonly string[]
  readonly nullable?: boolean
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly allOf?: readonly SchemaNode[]
  readonly anyOf?: readonly SchemaNode[]
  readonly oneOf?: readonly SchemaNode[]
  readonly if?: SchemaNode
  readonly then?: SchemaNode
  readonly else?: SchemaNode
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly multipleOf?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly format?: string
  readonly items?: SchemaNode | readonly SchemaNode[]
  readonly prefixItems?: readonly SchemaNode[]
  readonly contains?: SchemaNode
  readonly minContains?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly uniqueItems?: boolean
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>
  readonly additionalProperties?: SchemaNode
  readonly propertyNames?: SchemaNode
  readonly required?: readonly string[]
  readonly minProperties?: number
  readonly maxProperties?: number
  readonly dependentRequired?: Readonly<Record<string, readonly string[]>>
  readonly dependentSchemas?: Readonly<Record<string, SchemaNode>>
}

/** No value fits, or none was found with the choices made so far; other choices may do better. */
export class Unsatisfiable extends Error {
  override readonly name = 'Unsatisfiable'
}
