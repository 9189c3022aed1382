CREATE TABLE "dist_tags" (
	"name" text NOT NULL,
	"tag" text NOT NULL,
	"version" text NOT NULL,
	CONSTRAINT "dist_tags_name_tag_pk" PRIMARY KEY("name","tag")
);
--> statement-breakpoint
CREATE TABLE "files" (
	"name" text NOT NULL,
	"version" text NOT NULL,
	"path" text NOT NULL,
	"sha512" text NOT NULL,
	"size" integer NOT NULL,
	"content" "bytea" NOT NULL,
	CONSTRAINT "files_name_version_path_pk" PRIMARY KEY("name","version","path")
);
--> statement-breakpoint
CREATE TABLE "idempotent_answers" (
	"token_id" text NOT NULL,
	"key" text NOT NULL,
	"request" text NOT NULL,
	"status" integer,
	"body" text DEFAULT '' NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "idempotent_answers_token_id_key_pk" PRIMARY KEY("token_id","key")
);
--> statement-breakpoint
CREATE TABLE "packages" (
	"name" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"description" text NOT NULL,
	"owner" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "revisions" (
	"id" integer PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "scopes" (
	"scope" text PRIMARY KEY NOT NULL,
	"owner" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "search_indexes" (
	"key" text PRIMARY KEY NOT NULL,
	"body" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tokens" (
	"id" text PRIMARY KEY NOT NULL,
	"hash" text NOT NULL,
	"owner" text NOT NULL,
	"label" text NOT NULL,
	"scopes" text[] NOT NULL,
	"packages" text[] NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "tokens_hash_unique" UNIQUE("hash")
);
--> statement-breakpoint
CREATE TABLE "versions" (
	"name" text NOT NULL,
	"version" text NOT NULL,
	"integrity" text NOT NULL,
	"manifest" jsonb NOT NULL,
	"document" jsonb,
	"published_at" timestamp with time zone NOT NULL,
	"published_by" text NOT NULL,
	"maturity" text NOT NULL,
	"yanked" boolean DEFAULT false NOT NULL,
	"yank_reason" text,
	"deprecated" boolean DEFAULT false NOT NULL,
	"deprecation_reason" text,
	"quarantined" boolean DEFAULT false NOT NULL,
	CONSTRAINT "versions_name_version_pk" PRIMARY KEY("name","version")
);
--> statement-breakpoint
ALTER TABLE "versions" ADD CONSTRAINT "versions_name_packages_name_fk" FOREIGN KEY ("name") REFERENCES "public"."packages"("name") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "tokens_by_owner" ON "tokens" USING btree ("owner");