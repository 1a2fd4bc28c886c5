-- What the ledger knows. Times are with time zone; money is in millionths of a US dollar.

create table worker (
  name text primary key,
  poll_cursor text not null
);

create table task (
  worker text not null,
  id text not null,
  title text not null,
  url text,
  author_id text,
  priority integer not null,
  due timestamptz,
  created_at timestamptz,
  updated_at timestamptz,
  round text,
  picture bigint not null,
  state text not null,
  next_cause text not null,
  epoch bigint not null default 0,
  attempts integer not null default 0,
  crashes integer not null default 0,
  model_failures integer not null default 0,
  not_before timestamptz,
  backoff boolean not null default false,
  wait_reason text,
  hold_reason text,
  hold_release text,
  session text,
  last_run text,
  spent bigint not null default 0,
  reserved bigint not null default 0,
  runs bigint not null default 0,
  window_from timestamptz,
  primary key (worker, id)
);

create index task_open on task (worker, state) where state <> 'AWAY';
create index task_ready
  on task (worker, priority desc, (due is null), due, (created_at is null), created_at, id)
  where state = 'READY';

create table run (
  run_id text primary key,
  worker text not null,
  task_id text not null,
  epoch bigint not null,
  attempt integer not null,
  cause text not null,
  agent text not null,
  content_hash text not null,
  phase text not null,
  owner text not null,
  host text not null,
  home_id text not null,
  pid bigint,
  pid_started_at timestamptz,
  started_at timestamptz not null,
  month integer not null,
  ended_at timestamptz,
  status text,
  reason text,
  reserved bigint not null,
  cost bigint not null default 0,
  record text,
  recorded boolean not null default false
);

create index run_of_task on run (worker, task_id, started_at);
create index run_of_month on run (month, worker);
create index run_unrecorded on run (home_id) where recorded = false;

create table entry (
  seq bigint generated always as identity,
  entry_key text not null primary key,
  worker text not null,
  task_id text not null,
  run_id text not null,
  kind text not null,
  body text not null,
  extra text not null,
  tries integer not null default 0,
  problem text,
  created_at timestamptz not null,
  done_at timestamptz,
  remote_id text
);

create index entry_pending on entry (worker, task_id) where done_at is null;
create index entry_remote on entry (worker, remote_id) where remote_id is not null;

create table switch (
  kind text not null,
  name text not null,
  reason text not null,
  release text not null,
  since timestamptz not null,
  until timestamptz,
  primary key (kind, name)
);

create table worker_account (
  worker text not null,
  account text not null,
  primary key (worker, account)
);

create table alert (
  seq bigint generated always as identity primary key,
  worker text not null,
  task_id text,
  message text not null,
  raised_at timestamptz not null
);

create table head (
  home_id text primary key,
  lines bigint not null,
  sha256 text not null
);

-- db-scheduler's table: who carries which task.
create table scheduled_tasks (
  task_name text not null,
  task_instance text not null,
  task_data bytea,
  execution_time timestamptz not null,
  picked boolean not null,
  picked_by text,
  last_success timestamptz,
  last_failure timestamptz,
  consecutive_failures integer,
  last_heartbeat timestamptz,
  version bigint not null,
  priority integer not null default 0,
  primary key (task_name, task_instance)
);

create index scheduled_due on scheduled_tasks (task_name, priority desc, execution_time)
  where picked = false;
