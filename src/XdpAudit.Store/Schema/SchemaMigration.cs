using JasperFx;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace XdpAudit.Store;

/// <summary>
/// Prepares the database: roles, schema, Marten's tables and ours, and then the hardening, which is the last step.
/// Until it is done the schema has no word of ours (<see cref="SchemaState"/>), and the next start does it again.
/// </summary>
internal static class SchemaMigration
{
    // Two auditors of two hosts may begin on one server at the same moment.
    private const long MigrationLock = 0x7864_7061_7564_6974;

    /// <summary>Prepares what is missing; nothing when this build has prepared it before.</summary>
    internal static async Task EnsureAsync(StoreConnection store, ILoggerFactory loggers, CancellationToken cancellation)
    {
        await using var login = await store.OpenLoginAsync(cancellation);
        if (await SchemaState.IsCurrentAsync(login, store.Schema, cancellation))
        {
            return;
        }

        var log = loggers.CreateLogger(typeof(SchemaMigration).FullName!);
        LogMessages.SchemaPreparing(log, store.Schema);
        await ExecuteAsync(login, $"select pg_advisory_lock({MigrationLock})", cancellation);
        try
        {
            await ExecuteAsync(login, RolesSql(store), cancellation);
            await ExecuteAsync(
                login, $"set role {StoreRoles.Owner}; {SchemaState.TableSql(store.Schema)}; delete from {store.Schema}.{SchemaState.Table}; reset role", cancellation);
            await using (var owner = NpgsqlDataSource.Create(store.OwnerText()))
            await using (var marten = MartenSetup.Build(owner, store.Schema, AutoCreate.CreateOrUpdate))
            {
                await marten.Storage.ApplyAllConfiguredChangesToDatabaseAsync();
            }

            await using var transaction = await login.BeginTransactionAsync(cancellation);
            await ExecuteAsync(login, $"set local role {StoreRoles.Owner}; {Lifecycle.IndexSql(store.Schema)}; {Hardening.Sql(store.Schema)}", cancellation);
            await using var word = new NpgsqlCommand($"insert into {store.Schema}.{SchemaState.Table}(word) values ($1)", login);
            word.Parameters.Add(new() { Value = SchemaState.Word });
            await word.ExecuteNonQueryAsync(cancellation);
            await transaction.CommitAsync(cancellation);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw StoreErrors.RightsMissing(login.UserName ?? "", AdministratorSql(store.Schema, login), e);
        }
        catch (Exception e) when (e is not StoreException and not OperationCanceledException && e.GetBaseException() is PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege })
        {
            throw StoreErrors.RightsMissing(login.UserName ?? "", AdministratorSql(store.Schema, login), e.GetBaseException());
        }

        LogMessages.SchemaPrepared(log, store.Schema);
    }

    /// <summary>Roles and schema, each only where it is missing, so that an administrator may have made them before. The login may act as both.</summary>
    private static string RolesSql(StoreConnection store) =>
        $"""
        do $$ begin
          if not exists (select from pg_roles where rolname = '{StoreRoles.Owner}') then create role {StoreRoles.Owner} nologin; end if;
          if not exists (select from pg_roles where rolname = '{StoreRoles.Writer}') then create role {StoreRoles.Writer} {(store.Cluster is null ? "nologin" : "login")}; end if;
          if not pg_has_role(current_user, '{StoreRoles.Owner}', 'member') then execute format('grant {StoreRoles.Owner} to %I', current_user); end if;
          if not pg_has_role(current_user, '{StoreRoles.Writer}', 'member') then execute format('grant {StoreRoles.Writer} to %I', current_user); end if;
          if not exists (select from pg_namespace where nspname = '{store.Schema}') then create schema {store.Schema} authorization {StoreRoles.Owner}; end if;
        end $$
        """;

    private static string AdministratorSql(string schema, NpgsqlConnection login) =>
        $"""
        create role {StoreRoles.Owner} nologin;
        create role {StoreRoles.Writer} nologin;
        grant {StoreRoles.Owner}, {StoreRoles.Writer} to "{(login.UserName ?? "").Replace("\"", "\"\"", StringComparison.Ordinal)}";
        \connect "{login.Database.Replace("\"", "\"\"", StringComparison.Ordinal)}"
        create schema {schema} authorization {StoreRoles.Owner};
        """;

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
