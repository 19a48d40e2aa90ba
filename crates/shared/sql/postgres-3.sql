-- Shared stores on PostgreSQL 16 or later with pgvector: from version 2 of the schema to version 3, in which the owner of a store
-- may have the server keep an index of its vectors. It is carried out in one transaction.
--
-- Tables are indexed by their owner only, so that it is done by a function. An index is of one store and one kind of vector: a
-- store has a model and a dimension of its own, and none is searched through the others. It stands on the part of the table
-- that has the store's rows.

-- What an index is called.
create function naragtive.near_index(of_store int, of_kind int) returns text
    language sql immutable set search_path = pg_catalog, pg_temp
    as $$ select format('near_%s_%s', of_store, of_kind) $$;

-- Whether a store has its indexes: they are made together.
create function naragtive.is_indexed(of_store int) returns boolean
    language sql stable set search_path = pg_catalog, pg_temp
    as $$ select to_regclass('naragtive.' || naragtive.near_index(of_store, 0)) is not null $$;

create function naragtive.drop_near(of_store int) returns void
    language plpgsql set search_path = pg_catalog, pg_temp
    as $$
    begin
        for kind in 0..1 loop
            execute format('drop index if exists naragtive.%I', naragtive.near_index(of_store, kind));
        end loop;
    end $$;
revoke execute on function naragtive.drop_near from public;

-- Makes the indexes of a store, or takes them away. Whether that was needed. It is asked for by an owner of the store, and takes
-- minutes for a large one, while which nobody writes to the stores in the same part of the table. By one process: what several
-- share is some gigabytes, of which a server in a container has 64 megabytes.
create function naragtive.keep_index(of_store int, wanted boolean) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set maintenance_work_mem = '512MB' set max_parallel_maintenance_workers = 0
    as $$
    declare
        vectors name;
        dimension int;
        part int;
    begin
        if of_store <> all(naragtive.stores_where('{own}')) then
            raise insufficient_privilege using message = 'only its owners may have a store indexed';
        end if;
        -- Of two who want the same the second one finds it done.
        perform pg_advisory_xact_lock(hashtext('naragtive index'), of_store);
        if naragtive.is_indexed(of_store) = wanted then
            return false;
        end if;
        if not wanted then
            perform naragtive.drop_near(of_store);
            return true;
        end if;
        select n.nspname into vectors from pg_extension e join pg_namespace n on n.oid = e.extnamespace
            where e.extname = 'vector';
        select s.dimension into dimension from naragtive.store s where s.id = of_store;
        select p into part from generate_series(0, 15) p
            where satisfies_hash_partition('naragtive.vec'::regclass, 16, p, of_store);
        for kind in 0..1 loop
            execute format(
                'create index %1$I on naragtive.vec_%2$s using hnsw ((h::%3$I.halfvec(%4$s)) %3$I.halfvec_ip_ops)
                    where store = %5$s and kind = %6$s',
                naragtive.near_index(of_store, kind), part, vectors, dimension, of_store, kind);
        end loop;
        return true;
    end $$;

-- What was in a store goes with it.
create or replace function naragtive.empty_store() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $$
    begin
        perform naragtive.drop_near(old.id);
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

update naragtive.meta set value = '3' where key = 'schema_version';
