-- Processes that were set to work lately, so that those that die again and again can be told.
create table arrival (
  home_id text not null,
  process text not null,
  came_at timestamp not null,
  primary key (home_id, process)
) without rowid;
