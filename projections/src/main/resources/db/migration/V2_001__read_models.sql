-- Read models. Each table is written by one projection only and can be rebuilt from the events.

-- How far a projection has come, written in the transaction of its rows.
create table projection_progress (
    projection text primary key,
    position   bigint      not null,
    at         timestamptz not null
);

-- usage: the call log. Every column but the id is filled by the first event that knows it.
create table usage_call (
    id              text primary key,
    organisation    text,
    team_id         text,
    project_id      text,
    user_id         text,
    key_id          text,
    provider        text,
    endpoint        text,
    model_requested text,
    model_served    text,
    stream          boolean,
    fingerprint     text,
    claims          jsonb,
    started_at      timestamptz,
    ended_at        timestamptz,
    status          text,
    outcome         text,
    http_status     integer,
    latency_ms      bigint,
    usage_status    text,
    input           bigint,
    input_cached    bigint,
    cache_write_5m  bigint,
    cache_write_1h  bigint,
    input_audio     bigint,
    input_image     bigint,
    output          bigint,
    output_reasoning bigint,
    output_audio    bigint,
    output_image    bigint,
    units           jsonb,
    price_status    text,
    price_version   text,
    lines           jsonb,
    cost            numeric(38, 12),
    hold            numeric(38, 12),
    attempts        jsonb,
    refusal         jsonb
);

create index usage_call_newest on usage_call (organisation, started_at desc, id desc);
create index usage_call_of_key on usage_call (organisation, key_id, started_at desc, id desc);
create index usage_call_of_project on usage_call (organisation, project_id, started_at desc, id desc);
-- What a person looks for is rarely what went well.
create index usage_call_unusual on usage_call (organisation, status, started_at desc, id desc)
    where status <> 'settled';

-- What one call adds to the spend. The spend table is the sum of this view at all times, so a total and the calls
-- behind it cannot disagree.
create view usage_spend_of_call as
select id, organisation, started_at, team_id, project_id, user_id, key_id, provider,
       coalesce(model_served, model_requested) as model,
       1::bigint as calls,
       coalesce(cost, 0) as cost,
       (case when price_status = 'unpriced' then 1 else 0 end)::bigint as unpriced,
       (case when status = 'expired' or usage_status in ('unknown', 'invalid') then 1 else 0 end)::bigint as unknown,
       case when cost is null then coalesce(hold, 0) else 0 end as unresolved,
       coalesce(input, 0) as input,
       coalesce(input_cached, 0) as input_cached,
       coalesce(cache_write_5m, 0) as cache_write_5m,
       coalesce(cache_write_1h, 0) as cache_write_1h,
       coalesce(input_audio, 0) as input_audio,
       coalesce(input_image, 0) as input_image,
       coalesce(output, 0) as output,
       coalesce(output_reasoning, 0) as output_reasoning,
       coalesce(output_audio, 0) as output_audio,
       coalesce(output_image, 0) as output_image
from usage_call
where status in ('settled', 'settled_late', 'expired');

-- By quarter of an hour: every zone in use today is a multiple of 15 minutes away from UTC, so a day of any of them is
-- a whole number of these.
create table usage_spend (
    organisation    text        not null,
    quarter         timestamptz not null,
    team_id         text        not null,
    project_id      text        not null,
    user_id         text,
    key_id          text        not null,
    provider        text        not null,
    model           text        not null,
    calls           bigint      not null,
    cost            numeric(38, 12) not null,
    unpriced        bigint      not null,
    unknown         bigint      not null,
    unresolved      numeric(38, 12) not null,
    input           bigint      not null,
    input_cached    bigint      not null,
    cache_write_5m  bigint      not null,
    cache_write_1h  bigint      not null,
    input_audio     bigint      not null,
    input_image     bigint      not null,
    output          bigint      not null,
    output_reasoning bigint     not null,
    output_audio    bigint      not null,
    output_image    bigint      not null,
    unique nulls not distinct (organisation, quarter, team_id, project_id, user_id, key_id, provider, model)
);

-- budgets: what counts against the limits of a scope, for every window whether it has a limit today or not, because a
-- limit that is set later counts what was spent before.
create table budget_scope (
    scope_type   text not null,
    scope_id     text not null,
    organisation text not null,
    zone         text not null,
    primary key (scope_type, scope_id)
);

create table budget_counter (
    scope_type   text not null,
    scope_id     text not null,
    "window"     text not null,
    window_start timestamptz not null,
    spent        numeric(38, 12) not null,
    held         numeric(38, 12) not null,
    unresolved   numeric(38, 12) not null,
    primary key (scope_type, scope_id, "window", window_start)
);

-- Holds of calls that are open, or whose cost nobody knows.
create table budget_hold (
    call_id  text primary key,
    amount   numeric(38, 12) not null,
    resolved boolean not null
);

-- waste: the first answered call of each request, and what was paid for the same request afterwards.
create table waste_prompt (
    organisation text not null,
    fingerprint  text not null,
    call_id      text not null,
    key_id       text not null,
    model        text not null,
    started_at   timestamptz not null,
    cost         numeric(38, 12) not null,
    primary key (organisation, fingerprint)
);

create table waste_repeat (
    call_id      text primary key,
    organisation text not null,
    fingerprint  text not null,
    team_id      text not null,
    project_id   text not null,
    user_id      text,
    key_id       text not null,
    model        text not null,
    at           timestamptz not null,
    wasted       numeric(38, 12) not null
);

create index waste_repeat_by_time on waste_repeat (organisation, at);

-- keys: when a key was used last.
create table key_use (
    key_id       text primary key,
    organisation text not null,
    last_used_at timestamptz not null
);
