-- The scopes above keys that have limits now, written in the transaction of the event. The writer asks inside each batch,
-- under a shared advisory lock of the organisation that a change of limits takes exclusively.
create table directory_budget (
    organisation text not null,
    scope_type   text not null,
    scope_id     text not null,
    primary key (organisation, scope_id)
);
