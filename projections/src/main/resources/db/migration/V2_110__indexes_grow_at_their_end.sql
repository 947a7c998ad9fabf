-- Newest first is read from the end of an index as fast as from its beginning, and rows arrive oldest first: so the pages of
-- these are filled one after the other, where those of a falling index were split in the middle and stayed half empty.
drop index usage_call_newest;
create index usage_call_newest on usage_call (organisation, started_at, id);
drop index usage_call_of_key;
create index usage_call_of_key on usage_call (key_id, started_at, id);
drop index usage_call_of_project;
create index usage_call_of_project on usage_call (project_id, started_at, id);
drop index usage_call_unusual;
create index usage_call_unusual on usage_call (organisation, status, started_at, id) where status <> 'settled';
drop index usage_adjustment_newest;
create index usage_adjustment_newest on usage_adjustment (organisation, adjusted_at, id);

-- Nobody searches by these, and to count what is in them, the analysis of the table would read them again and again.
alter table usage_call
    alter column claims set statistics 0,
    alter column units set statistics 0,
    alter column lines set statistics 0,
    alter column attempts set statistics 0,
    alter column refusal set statistics 0,
    alter column repeated set statistics 0;
