-- The record. Rows are only ever added. Versions of a stream are 1, 2, 3 … without a gap, and their uniqueness is what
-- makes a second writer lose instead of overspending.
create table ledger_event (
    position    bigint generated always as identity primary key,
    event_id    text        not null,
    stream      text        not null,
    stream_type text        not null,
    version     bigint      not null,
    event_type  text        not null,
    revision    text,
    payload     text        not null,
    metadata    text        not null,
    recorded_at timestamptz not null,
    -- order for audit and export: a reader that stays below the oldest open transaction sees every row exactly once
    tx_id       xid8        not null default pg_current_xact_id(),
    constraint ledger_event_stream_version unique (stream, version)
);

-- recorded_at grows with position, so a block range index finds a month without costing a write
create index ledger_event_recorded_at on ledger_event using brin (recorded_at);

-- A cache of state, never evidence: it can be emptied at any time.
create table ledger_snapshot (
    event_id    text        not null,
    stream      text        not null,
    stream_type text        not null,
    version     bigint      not null,
    event_type  text        not null,
    revision    text,
    payload     text        not null,
    metadata    text        not null,
    recorded_at timestamptz not null,
    primary key (stream, version)
);

-- How far each reader of the record has come.
create table reader_token (
    processor  text not null,
    segment    integer not null,
    token      text,
    token_type text,
    claimed_at text,
    owner      text,
    primary key (processor, segment)
);
