-- What organisations pay other than the catalogue says, written in the transaction of the event: single prices, and whole
-- lists that were imported. A change anywhere in a book changes the sum of its changes.
create table directory_price (
    organisation text        not null,
    kind         text        not null,
    id           text        not null,
    place        bigint generated always as identity,
    changes      bigint      not null default 1,
    entry        text        not null,
    changed_at   timestamptz not null,
    primary key (organisation, kind, id)
);
create index directory_price_newest on directory_price (changed_at);
