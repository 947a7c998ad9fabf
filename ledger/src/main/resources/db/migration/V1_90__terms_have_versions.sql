-- The terms of an organisation (limits and policies above its keys, closed months) are in the writer's memory. Whatever
-- changes them counts here, in the transaction of the change, so that a batch which took them for true can ask in the very
-- statement that records it.
create table directory_terms (
    organisation text primary key,
    version      bigint not null
);

create function directory_terms_changed() returns trigger language plpgsql as $$
begin
    insert into directory_terms (organisation, version)
    values (case tg_op when 'DELETE' then old.organisation else new.organisation end, 1)
    on conflict (organisation) do update set version = directory_terms.version + 1;
    return null;
end
$$;

create trigger terms_changed after insert or update or delete on directory_budget
    for each row execute function directory_terms_changed();
create trigger terms_changed after insert or update or delete on directory_policy
    for each row execute function directory_terms_changed();
create trigger terms_changed after insert or update or delete on directory_period
    for each row execute function directory_terms_changed();

-- Who changes the terms waits for every batch that took the old ones for true and is being recorded; until the end of the
-- transaction.
create function ledger_lock_terms(organisation text) returns void language sql as $$
    select pg_advisory_xact_lock(1296388947, hashtext(organisation))
$$;

-- Waits for who is changing the terms of one of the organisations. Each statement in here sees what was committed while
-- the one before waited.
create function ledger_require_terms(organisations text[], versions bigint[]) returns boolean language plpgsql as $$
declare
    organisation text;
begin
    foreach organisation in array organisations loop
        perform pg_advisory_xact_lock_shared(1296388947, hashtext(organisation));
    end loop;
    if exists (
        select from unnest(organisations, versions) as relied (organisation, version)
        left join directory_terms using (organisation)
        where coalesce(directory_terms.version, 0) <> relied.version
    ) then
        raise exception 'the terms of an organisation have changed' using errcode = 'serialization_failure';
    end if;
    return true;
end
$$;
