-- Where processes of the ledger find each other. The library keeps it: one row per member, gone with the member.
create table cluster_member (
    address        text primary key,
    name           text,
    cluster        text    not null,
    ip             text    not null,
    is_coordinator boolean not null
);
