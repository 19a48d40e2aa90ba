-- Shared stores on PostgreSQL 16 or later with pgvector 0.8.4 or later: from version 1 of the schema to version 2, which has what
-- scenes are searched by, so that a search needs no copy of the store. It is carried out in one transaction.
--
-- What is in the new tables is made of the scenes, in blocks of 512 rows by their numbers, and is written with them. What the
-- bytes mean is known to the programs that write and read them: a store says by which rules they were made.

alter table naragtive.store
    -- The language whose word forms are taken for one word.
    add column language text,
    -- By which rules what scenes are searched by was made, and which state of the store it is of; an earlier one where a
    -- program wrote since that made none.
    add column searched_by text,
    add column searched_rev bigint not null default 0;
grant update (language, searched_by, searched_rev) on naragtive.store to public;

-- A block's rows in order with their places, what is known of each, and how their words are spelt. Plain bytes are fetched as
-- they are.
create table naragtive.block (
    store int not null,
    block int not null,
    rows int[] not null,
    places bigint[] not null,
    facts bytea storage external not null,
    forms bytea not null,
    primary key (store, block)
) partition by hash (store);

-- A block's words, those together that begin alike, in UTF-8: no order of a language's own comes between.
create table naragtive.words (
    store int not null,
    start bytea not null,
    block int not null,
    data bytea not null,
    primary key (store, start, block)
) partition by hash (store);

-- A block's values, those of one key together.
create table naragtive.facet (
    store int not null,
    key bytea not null,
    block int not null,
    data bytea not null,
    primary key (store, key, block)
) partition by hash (store);

do $$
declare
    whole_table text;
    part int;
begin
    foreach whole_table in array array['block', 'words', 'facet'] loop
        for part in 0..15 loop
            execute format(
                'create table naragtive.%1$s_%2$s partition of naragtive.%1$s for values with (modulus 16, remainder %2$s)',
                whole_table, part);
            execute format('alter table naragtive.%1$s_%2$s enable row level security', whole_table, part);
            execute format('alter table naragtive.%1$s_%2$s force row level security', whole_table, part);
        end loop;
        execute format('alter table naragtive.%I enable row level security', whole_table);
        execute format('alter table naragtive.%I force row level security', whole_table);
        execute format(
            'create policy keeper_empties on naragtive.%I to current_user
                using (store not in (select id from naragtive.store)) with check (false)', whole_table);
        execute format(
            'create policy readers on naragtive.%I for select
                using (store = any((select naragtive.stores_where(''{read,write,own}''))::int[]))', whole_table);
        execute format(
            'create policy writers on naragtive.%I
                using (store = any((select naragtive.stores_where(''{write,own}''))::int[]))
                with check (store = any((select naragtive.stores_where(''{write,own}''))::int[]))', whole_table);
        execute format('grant select, insert, update, delete on naragtive.%I to public', whole_table);
    end loop;
end $$;

-- What was in a store goes with it.
create or replace function naragtive.empty_store() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $$
    begin
        delete from naragtive.vec where store = old.id;
        delete from naragtive.whole where store = old.id;
        delete from naragtive.gone where store = old.id;
        delete from naragtive.block where store = old.id;
        delete from naragtive.words where store = old.id;
        delete from naragtive.facet where store = old.id;
        delete from naragtive.scene where store = old.id;
        delete from naragtive.change where store = old.id;
        return old;
    end $$;

-- Who may what with a store is a change of it too: whoever follows it looks whether they still may.
create function naragtive.tell_of_members() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $$
    declare
        told text := (select channel from naragtive.store where id = coalesce(new.store, old.store));
    begin
        if told is not null then
            perform pg_notify(told, '');
        end if;
        return null;
    end $$;
create trigger tell_of_members after insert or update or delete on naragtive.member
    for each row execute function naragtive.tell_of_members();

update naragtive.meta set value = '2' where key = 'schema_version';
