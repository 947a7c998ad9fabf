-- Which call an event is about, so that a call can be found and its end be seen without reading payloads. Ids of calls
-- grow with time, as positions do, so a block range index finds one without costing a write.
alter table ledger_event add column call text;
update ledger_event set call = payload::jsonb ->> 'call' where stream_type = 'key' and payload::jsonb ? 'call';
create index ledger_event_call on ledger_event using brin (call) with (pages_per_range = 32, autosummarize = on);

drop index ledger_event_recorded_at;
create index ledger_event_recorded_at on ledger_event using brin (recorded_at) with (autosummarize = on);
