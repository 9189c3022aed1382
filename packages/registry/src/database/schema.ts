import { boolean, customType, index, integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'
import type { Submission } from '../packages/submission.js'

const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' })
const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/** Who may begin packages under a scope: whoever did first. */
export const scopes = pgTable('scopes', {
  /** `@scope` */
  scope: text('scope').primaryKey(),
  owner: text('owner').notNull(),
})

/** A package: what all of its versions share. */
export const packages = pgTable('packages', {
  /** `@scope/name` */
  name: text('name').primaryKey(),
  kind: text('kind', { enum: ['template', 'component', 'plugin'] }).notNull(),
  description: text('description').notNull(),
  owner: text('owner').notNull(),
  createdAt: time('created_at').notNull(),
  updatedAt: time('updated_at').notNull(),
})

/** A version: never changed but for the flags at its end, never used again. */
export const versions = pgTable(
  'versions',
  {
    name: text('name')
      .notNull()
      .references(() => packages.name),
    version: text('version').notNull(),
    integrity: text('integrity').notNull(),
    manifest: jsonb('manifest').$type<Submission['manifest']>().notNull(),
    /** The parsed pipeline or component; null for a plugin listing. */
    document: jsonb('document').$type<Record<string, unknown> | null>(),
    publishedAt: time('published_at').notNull(),
    publishedBy: text('published_by').notNull(),
    maturity: text('maturity', { enum: ['experimental', 'beta', 'production'] }).notNull(),
    yanked: boolean('yanked').notNull().default(false),
    yankReason: text('yank_reason'),
    deprecated: boolean('deprecated').notNull().default(false),
    deprecationReason: text('deprecation_reason'),
    quarantined: boolean('quarantined').notNull().default(false),
  },
  (table) => [primaryKey({ columns: [table.name, table.version] })],
)

export const files = pgTable(
  'files',
  {
    name: text('name').notNull(),
    version: text('version').notNull(),
    path: text('path').notNull(),
    sha512: text('sha512').notNull(),
    size: integer('size').notNull(),
    content: bytes('content').notNull(),
  },
  (table) => [primaryKey({ columns: [table.name, table.version, table.path] })],
)

export const distTags = pgTable(
  'dist_tags',
  { name: text('name').notNull(), tag: text('tag').notNull(), version: text('version').notNull() },
  (table) => [primaryKey({ columns: [table.name, table.tag] })],
)

/** API tokens; only a hash of each is kept. */
export const tokens = pgTable(
  'tokens',
  {
    id: text('id').primaryKey(),
    hash: text('hash').notNull().unique(),
    /** Whose it is. */
    owner: text('owner').notNull(),
    label: text('label').notNull(),
    scopes: text('scopes').array().notNull(),
    /** Names or `@scope/*` that it is good for; empty for all. */
    packages: text('packages').array().notNull(),
    createdAt: time('created_at').notNull(),
    expiresAt: time('expires_at'),
    revokedAt: time('revoked_at'),
  },
  (table) => [index('tokens_by_owner').on(table.owner)],
)

/** Answers to writing requests that carried an Idempotency-Key, for a day. */
export const idempotentAnswers = pgTable(
  'idempotent_answers',
  {
    tokenId: text('token_id').notNull(),
    key: text('key').notNull(),
    request: text('request').notNull(),
    /** Null while the first request is at work. */
    status: integer('status'),
    body: text('body').notNull().default(''),
    createdAt: time('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tokenId, table.key] })],
)

/** Counts changes, so that every process notices when its search index is out of date. */
export const revisions = pgTable('revisions', { id: integer('id').primaryKey(), revision: integer('revision').notNull() })

/** What search has learnt, kept so that it is learnt once for all processes and starts. */
export const searchIndexes = pgTable('search_indexes', {
  /** A hash of the listings that it was learnt from. */
  key: text('key').primaryKey(),
  body: text('body').notNull(),
  createdAt: time('created_at').notNull(),
})
