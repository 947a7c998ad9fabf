-- Readers take windows of transactions, because positions can become visible out of order.
create index ledger_event_tx_id on ledger_event (tx_id);

-- Processes of the ledger, and when each was last known to live.
create table ledger_node (
    id         text primary key,
    started_at timestamptz not null default clock_timestamp(),
    seen_at    timestamptz not null default clock_timestamp()
);

-- The holds that are open, for the sweeper; follows the record a few seconds behind.
create table open_hold (
    call          text primary key,
    key           text        not null,
    node          text        not null,
    authorised_at timestamptz not null,
    expires       timestamptz not null
);
create index open_hold_expires on open_hold (expires);
create index open_hold_node on open_hold (node);

-- Every transaction before this one has been read into open_hold.
create table open_hold_reader (
    only_row boolean primary key default true check (only_row),
    next_tx  xid8 not null
);
insert into open_hold_reader (next_tx) values ('0');
