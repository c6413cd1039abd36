namespace XdpAudit.Store;

/// <summary>
/// Makes the journal append-only for the writer, and hard to rewrite for the owner. Marten's migration resets parts of it
/// (SECURITY DEFINER above all), so it is applied after each. Superusers and root can always rewrite: for that there is the ledger.
/// </summary>
internal static class Hardening
{
    /// <summary>The script, to be run as the owner in one transaction. It can be run again.</summary>
    internal static string Sql(string schema) =>
        $"""
        grant usage on schema {schema} to {StoreRoles.Writer};

        -- Read models and their progress: all rights but TRUNCATE, which readers in their snapshots would see.
        do $$ declare t record; begin
          for t in select c.oid::regclass r from pg_class c where relnamespace = '{schema}'::regnamespace and relkind in ('r', 'p')
                   and relname not in ('mt_events', 'mt_streams', '{SchemaState.Table}')
          loop execute format('grant select, insert, update, delete on %s to {StoreRoles.Writer}', t.r); end loop; end $$;

        -- The journals: to be read. Appending goes through Marten's function, which runs with the owner's rights and checks versions.
        revoke all on {schema}.mt_events, {schema}.mt_streams, {schema}.{SchemaState.Table} from {StoreRoles.Writer};
        grant select on {schema}.mt_events, {schema}.mt_streams, {schema}.{SchemaState.Table} to {StoreRoles.Writer};
        grant select on {schema}.mt_events_sequence to {StoreRoles.Writer};
        alter function {schema}.mt_quick_append_events security definer;
        alter function {schema}.mt_quick_append_events set search_path = pg_catalog, {schema}, pg_temp;
        revoke execute on function {schema}.mt_quick_append_events from public;
        grant execute on function {schema}.mt_quick_append_events to {StoreRoles.Writer};

        -- ALWAYS: session_replication_role does not switch these off.
        create or replace function {schema}.guard_append_only() returns trigger language plpgsql as
          $$ begin raise exception 'the journal is append-only (%)', tg_op using errcode = 'AU001'; end $$;
        create or replace trigger guard_rows before update or delete on {schema}.mt_events
          for each row execute function {schema}.guard_append_only();
        create or replace trigger guard_truncate before truncate on {schema}.mt_events
          for each statement execute function {schema}.guard_append_only();
        alter table {schema}.mt_events enable always trigger guard_rows;
        alter table {schema}.mt_events enable always trigger guard_truncate;

        create or replace function {schema}.guard_stream() returns trigger language plpgsql as
          $$ begin
            if tg_op <> 'UPDATE' then raise exception 'a journal is permanent (%)', tg_op using errcode = 'AU002'; end if;
            if new.version < old.version or new.id <> old.id or new.is_archived <> old.is_archived then
              raise exception 'a journal only grows' using errcode = 'AU002'; end if;
            return new;
          end $$;
        create or replace trigger guard_stream before update or delete on {schema}.mt_streams
          for each row execute function {schema}.guard_stream();
        create or replace trigger guard_stream_truncate before truncate on {schema}.mt_streams
          for each statement execute function {schema}.guard_stream();
        alter table {schema}.mt_streams enable always trigger guard_stream;
        alter table {schema}.mt_streams enable always trigger guard_stream_truncate;
        """;
}
