/**
 * Each entry takes the database from the version before to its own, which is its place in the list. Entries are never
 * changed once released; a feature that needs tables adds an entry.
 */
export const migrations: readonly string[] = [
  `
  create table runs (
    id text primary key,
    pipeline text not null,
    status text not null,
    started_at text not null,
    finished_at text,
    claim_owner text,
    claim_expires_at integer
  ) strict;
  create index runs_by_start on runs (started_at);

  create table journal_records (
    run_id text not null references runs (id),
    sequence integer not null,
    record text not null,
    primary key (run_id, sequence)
  ) strict, without rowid;

  create table ledger_accounts (
    account text primary key,
    spent_tokens integer not null,
    spent_nanos integer not null
  ) strict, without rowid;

  create table ledger_holds (
    account text not null,
    reservation text not null,
    expires_at integer not null,
    tokens integer not null,
    nanos integer not null,
    primary key (account, reservation)
  ) strict, without rowid;
  create index ledger_holds_by_reservation on ledger_holds (reservation);
  `,
  `
  create table memos (
    key text primary key,
    entry text not null,
    expires_at integer
  ) strict;
  create index memos_by_expiry on memos (expires_at) where expires_at is not null;

  create table memo_holds (
    key text primary key,
    run text not null,
    step text not null
  ) strict, without rowid;
  create index memo_holds_by_run on memo_holds (run);
  `,
  `
  create index runs_by_pipeline on runs (pipeline, started_at);
  `,
  // Records stand in the order in which they come, whichever run they are of: those of many runs at once fill a few pages of the
  // log together, where each run had a page of its own to write.
  `
  create table journal_in_order (
    id integer primary key,
    run_id text not null references runs (id),
    sequence integer not null,
    record text not null
  ) strict;
  insert into journal_in_order (run_id, sequence, record) select run_id, sequence, record from journal_records order by run_id, sequence;
  drop table journal_records;
  alter table journal_in_order rename to journal_records;
  create unique index journal_records_by_run on journal_records (run_id, sequence);
  `,
]
