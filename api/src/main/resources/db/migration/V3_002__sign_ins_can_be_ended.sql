-- Sign-ins from before this moment are over: a password was changed or the account disabled.
alter table account add column sign_ins_from timestamptz not null default '-infinity'::timestamptz;
update account set sign_ins_from = created_at;
alter table account alter column sign_ins_from set default now();

-- To the minute, so that a busy script does not write a row with each request.
alter table api_token add column last_used_at timestamptz;

-- Tokens of sign-ins were kept as they are; from now on they are kept as hashes.
delete from oauth2_authorization;
delete from used_refresh_token;
create index used_refresh_token_by_age on used_refresh_token (used_at);
create index oauth2_authorization_by_principal on oauth2_authorization (principal_name);
