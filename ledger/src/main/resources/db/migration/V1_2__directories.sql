-- What exists right now, written in the transaction of the event that says so.
create table directory_organisation (
    id       text primary key,
    name     text not null,
    currency text not null,
    zone     text not null
);

create table directory_team (
    id           text primary key,
    organisation text not null,
    name         text not null
);
create index directory_team_organisation on directory_team (organisation);

create table directory_project (
    id           text primary key,
    organisation text not null,
    team         text not null,
    name         text not null
);
create index directory_project_organisation on directory_project (organisation);

create table directory_user (
    id           text primary key,
    organisation text not null
);
create index directory_user_organisation on directory_user (organisation);

create table directory_key (
    id           text primary key,
    organisation text        not null,
    secret_hash  text        not null unique,
    status       text        not null,
    entry        text        not null,
    created_at   timestamptz not null,
    changed_at   timestamptz not null
);
create index directory_key_organisation on directory_key (organisation, id);
create index directory_key_changed on directory_key (changed_at);
