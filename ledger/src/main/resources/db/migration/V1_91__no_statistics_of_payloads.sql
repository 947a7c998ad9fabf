-- Nobody searches by these, and to count what is in them, the analysis of the record would read its largest part again and again.
alter table ledger_event
    alter column event_id set statistics 0,
    alter column payload set statistics 0,
    alter column metadata set statistics 0;
