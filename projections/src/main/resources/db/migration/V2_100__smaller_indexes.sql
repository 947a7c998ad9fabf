-- A key and a project belong to one organisation, so their indexes need not repeat it in every row.
drop index usage_call_of_key;
create index usage_call_of_key on usage_call (key_id, started_at desc, id desc);
drop index usage_call_of_project;
create index usage_call_of_project on usage_call (project_id, started_at desc, id desc);
