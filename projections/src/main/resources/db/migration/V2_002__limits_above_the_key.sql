-- The limits of a user, a project, a team or an organisation, as JSON; those of a key are in the ledger's directory.
alter table budget_scope add column limits text not null default '[]';
create index budget_scope_organisation on budget_scope (organisation) where limits <> '[]';
