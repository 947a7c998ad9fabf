-- One reader moves all read models. They are made again from the record by it.
truncate usage_call, usage_spend, budget_scope, budget_counter, budget_hold, waste_prompt, waste_repeat, key_use, projection_progress;
delete from reader_token where processor in ('usage', 'budgets', 'waste', 'keys');
