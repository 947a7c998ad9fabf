-- An answer that was given again out of the response cache: of which call, its age, and what asking again would have cost.
alter table usage_call add column repeated jsonb;
