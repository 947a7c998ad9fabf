-- usage: what a provider itself says that a call cost, beside what our prices make of it.
alter table usage_call add column provider_cost numeric(38, 12);
