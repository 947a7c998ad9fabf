-- What the keys below a project, team or organisation may do, written in the transaction of the event. Decisions ask inside
-- each batch, under the same lock of the organisation as for its limits. A row stays when its policy narrows nothing any
-- more, so that other processes see the change.
create table directory_policy (
    organisation text        not null,
    scope_type   text        not null,
    scope_id     text        not null,
    policy       text        not null,
    changed_at   timestamptz not null,
    primary key (organisation, scope_id)
);
