-- People who sign in. Names and addresses stay out of the events: the ledger knows the user_id only.
create table account (
    user_id         text primary key,
    organisation    text not null,
    email           text not null unique,
    name            text not null,
    password        text not null,
    roles           text not null,
    disabled        boolean not null default false,
    failed_attempts int not null default 0,
    locked_until    timestamptz,
    created_at      timestamptz not null default now()
);
create index account_by_organisation on account (organisation);

-- Tokens for scripts, as hashes.
create table api_token (
    id           text primary key,
    organisation text not null,
    user_id      text not null references account (user_id),
    name         text not null,
    hash         text not null unique,
    roles        text not null,
    created_at   timestamptz not null default now(),
    expires_at   timestamptz not null,
    revoked_at   timestamptz
);
create index api_token_by_organisation on api_token (organisation, created_at);

-- The key that signs access tokens, encrypted under the server's pepper, shared by all nodes.
create table signing_key (
    id         int primary key check (id = 1),
    encrypted  text not null,
    created_at timestamptz not null default now()
);

-- Refresh tokens that were exchanged: one that comes back was stolen.
create table used_refresh_token (
    hash             text primary key,
    authorization_id text not null,
    used_at          timestamptz not null default now()
);

create table oauth2_authorization (
    id varchar(100) not null,
    registered_client_id varchar(100) not null,
    principal_name varchar(200) not null,
    authorization_grant_type varchar(100) not null,
    authorized_scopes varchar(1000) default null,
    attributes text default null,
    state varchar(500) default null,
    authorization_code_value text default null,
    authorization_code_issued_at timestamptz default null,
    authorization_code_expires_at timestamptz default null,
    authorization_code_metadata text default null,
    access_token_value text default null,
    access_token_issued_at timestamptz default null,
    access_token_expires_at timestamptz default null,
    access_token_metadata text default null,
    access_token_type varchar(100) default null,
    access_token_scopes varchar(1000) default null,
    oidc_id_token_value text default null,
    oidc_id_token_issued_at timestamptz default null,
    oidc_id_token_expires_at timestamptz default null,
    oidc_id_token_metadata text default null,
    refresh_token_value text default null,
    refresh_token_issued_at timestamptz default null,
    refresh_token_expires_at timestamptz default null,
    refresh_token_metadata text default null,
    user_code_value text default null,
    user_code_issued_at timestamptz default null,
    user_code_expires_at timestamptz default null,
    user_code_metadata text default null,
    device_code_value text default null,
    device_code_issued_at timestamptz default null,
    device_code_expires_at timestamptz default null,
    device_code_metadata text default null,
    primary key (id)
);
create index oauth2_authorization_by_refresh_token on oauth2_authorization using hash (refresh_token_value);
create index oauth2_authorization_by_code on oauth2_authorization using hash (authorization_code_value);
