-- Open tasks that carry the label by which a person stops a worker in its queue.
create table stop_task (
  worker text not null,
  task_id text not null,
  place text not null,
  since timestamp not null,
  primary key (worker, task_id)
) without rowid;
