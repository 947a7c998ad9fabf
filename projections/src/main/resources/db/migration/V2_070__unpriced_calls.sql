-- The calls that wait for a price. Most calls have one, so the index is small.
create index usage_call_unpriced on usage_call (organisation, id)
    where price_status = 'unpriced' and resolved is null;
