-- Text of calls that a policy lets us keep, encrypted under a key for each subject. The key is wrapped by one that is not in
-- the database. Deleting a subject's key erases its text; the encrypted bytes stay, so that the hashes in the record can
-- still be checked.
create table subject_key (
    id           text        not null primary key,
    organisation text        not null,
    subject      text        not null,
    wrapped      bytea       not null,
    made_at      timestamptz not null default clock_timestamp(),
    unique (organisation, subject)
);
create table call_preview (
    call         text        not null,
    part         text        not null,
    organisation text        not null,
    subject_key  text        references subject_key (id) on delete set null,
    bytes        bytea       not null,
    kept_at      timestamptz not null default clock_timestamp(),
    primary key (call, part)
);
create index call_preview_subject on call_preview (subject_key);
