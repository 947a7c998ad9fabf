-- An adjustment is found by its id and by the call that it corrects; other events cost these indexes nothing.
create index ledger_event_adjustment on ledger_event (stream, (payload::jsonb ->> 'adjustment'))
    where event_type = 'key.ChargeAdjusted';
create index ledger_event_adjusted_call on ledger_event (stream, (payload::jsonb #>> '{corrected,call}'))
    where event_type = 'key.ChargeAdjusted';

-- The months that are closed, written in the transaction of the event. Decisions ask inside each batch, under the same lock
-- of the organisation as for its limits.
create table directory_period (
    organisation text        not null,
    month        text        not null,
    starts       timestamptz not null,
    ends         timestamptz not null,
    -- the seal, once the figures of the closed month have been added up
    entry        text,
    primary key (organisation, month)
);
