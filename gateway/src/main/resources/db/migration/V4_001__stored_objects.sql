-- What providers keep for us (responses, files, batches): whose it is, and which call pays for it. The account at the
-- provider is one for all tenants, so nobody but this table knows.
create table stored_object (
    provider     text        not null,
    id           text        not null,
    kind         text        not null,
    organisation text        not null,
    project      text        not null,
    key          text        not null,
    -- the call that made it
    call         text        not null,
    model        text        not null,
    created_at   timestamptz not null,
    -- tokens of a response with all that went before it, once it has told them
    context      bigint,
    -- of files and batches, as the provider last described them: lists are answered from here
    described    text,
    -- the provider still works on it, so its call has not ended
    pending      boolean     not null,
    next_look    timestamptz,
    primary key (id, provider)
);
create index stored_object_pending on stored_object (next_look) where pending;
create index stored_object_owner on stored_object (organisation, project, provider, kind, created_at desc, id desc);
