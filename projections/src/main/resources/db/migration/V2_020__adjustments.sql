-- usage: what was corrected, beside the calls that stay as they were recorded.
create table usage_adjustment (
    -- key and adjustment: an adjustment's own id is unique within its key
    id            text primary key,
    adjustment    text        not null,
    organisation  text        not null,
    key_id        text        not null,
    team_id       text        not null,
    project_id    text        not null,
    user_id       text,
    -- none for a credit that is about no call in particular
    call_id       text,
    provider      text,
    model         text,
    kind          text        not null,
    amount        numeric(38, 12) not null,
    -- what was counted before, because nobody knew the cost
    unresolved    numeric(38, 12),
    price_version text,
    -- the closed month that it corrects, if it counts elsewhere than in the month of its call
    corrects      text,
    counts_at     timestamptz not null,
    actor         text        not null,
    reason        text,
    adjusted_at   timestamptz not null
);
create index usage_adjustment_of_call on usage_adjustment (call_id);
create index usage_adjustment_by_time on usage_adjustment (organisation, counts_at);
create index usage_adjustment_newest on usage_adjustment (organisation, adjusted_at desc, id desc);

-- Where a call counts, or its cost alone, if its month was closed when it ended; and whether an adjustment has said what it
-- cost.
alter table usage_call
    add column counted_at timestamptz,
    add column charged_at timestamptz,
    add column resolved   boolean;
create index usage_call_counted on usage_call (organisation, counted_at) where counted_at is not null;
create index usage_call_charged on usage_call (organisation, charged_at) where charged_at is not null;

-- What one entry adds to the spend: a call, the cost of a call whose month was closed, or an adjustment. The spend table is
-- the sum of this view at all times, so a total and the entries behind it cannot disagree.
drop view usage_spend_of_call;
create view usage_spend_entry as
with ended as not materialized (
    select *, charged_at is null and status in ('settled', 'settled_late') as charged_here
    from usage_call
    -- a release after the close takes the call out of no month: it was sealed there
    where status in ('settled', 'settled_late', 'expired') or status = 'released' and charged_at is not null)
select id, organisation, started_at as counts_at, team_id, project_id, user_id, key_id, provider,
       coalesce(model_served, model_requested) as model,
       1::bigint as entries,
       1::bigint as calls,
       case when charged_here then coalesce(cost, 0) else 0 end as cost,
       (case when price_status = 'unpriced' and resolved is null then 1 else 0 end)::bigint as unpriced,
       (case when status = 'expired' or usage_status in ('unknown', 'invalid') then 1 else 0 end)::bigint as unknown,
       case when cost is null and resolved is null and status <> 'released' then coalesce(hold, 0) else 0 end as unresolved,
       case when charged_here then coalesce(input, 0) else 0 end as input,
       case when charged_here then coalesce(input_cached, 0) else 0 end as input_cached,
       case when charged_here then coalesce(cache_write_5m, 0) else 0 end as cache_write_5m,
       case when charged_here then coalesce(cache_write_1h, 0) else 0 end as cache_write_1h,
       case when charged_here then coalesce(input_audio, 0) else 0 end as input_audio,
       case when charged_here then coalesce(input_image, 0) else 0 end as input_image,
       case when charged_here then coalesce(output, 0) else 0 end as output,
       case when charged_here then coalesce(output_reasoning, 0) else 0 end as output_reasoning,
       case when charged_here then coalesce(output_audio, 0) else 0 end as output_audio,
       case when charged_here then coalesce(output_image, 0) else 0 end as output_image
from ended where counted_at is null
union all
select id, organisation, counted_at, team_id, project_id, user_id, key_id, provider,
       coalesce(model_served, model_requested),
       1::bigint,
       1::bigint,
       case when charged_here then coalesce(cost, 0) else 0 end,
       (case when price_status = 'unpriced' and resolved is null then 1 else 0 end)::bigint,
       (case when status = 'expired' or usage_status in ('unknown', 'invalid') then 1 else 0 end)::bigint,
       case when cost is null and resolved is null and status <> 'released' then coalesce(hold, 0) else 0 end,
       case when charged_here then coalesce(input, 0) else 0 end,
       case when charged_here then coalesce(input_cached, 0) else 0 end,
       case when charged_here then coalesce(cache_write_5m, 0) else 0 end,
       case when charged_here then coalesce(cache_write_1h, 0) else 0 end,
       case when charged_here then coalesce(input_audio, 0) else 0 end,
       case when charged_here then coalesce(input_image, 0) else 0 end,
       case when charged_here then coalesce(output, 0) else 0 end,
       case when charged_here then coalesce(output_reasoning, 0) else 0 end,
       case when charged_here then coalesce(output_audio, 0) else 0 end,
       case when charged_here then coalesce(output_image, 0) else 0 end
from ended where counted_at is not null
union all
select id, organisation, charged_at, team_id, project_id, user_id, key_id, provider,
       coalesce(model_served, model_requested), 1, 0, coalesce(cost, 0), 0, 0, 0,
       coalesce(input, 0), coalesce(input_cached, 0), coalesce(cache_write_5m, 0), coalesce(cache_write_1h, 0),
       coalesce(input_audio, 0), coalesce(input_image, 0), coalesce(output, 0), coalesce(output_reasoning, 0),
       coalesce(output_audio, 0), coalesce(output_image, 0)
from usage_call
where charged_at is not null and status = 'settled_late'
union all
select id, organisation, counts_at, team_id, project_id, user_id, key_id, provider, model, 1, 0, amount,
       0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
from usage_adjustment;

-- All are made again from the record, as the figures of what is there have no entries.
truncate usage_call, usage_spend, budget_scope, budget_counter, budget_hold, waste_prompt, waste_repeat, key_use,
    projection_progress;
delete from reader_token where processor = 'read-models';

-- A cell without an entry is deleted. A credit about no call has neither a provider nor a model.
alter table usage_spend
    add column entries bigint not null,
    alter column provider drop not null,
    alter column model drop not null;
