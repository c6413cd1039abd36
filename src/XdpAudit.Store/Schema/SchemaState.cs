using Npgsql;

namespace XdpAudit.Store;

/// <summary>
/// Which build prepared the schema. A start that finds its own word there has nothing to compare: it saves the second that
/// a comparison of every table takes. The word is taken away before a migration begins, so that one that was killed is done again.
/// </summary>
internal static class SchemaState
{
    internal const string Table = "schema_state";

    /// <summary>This build of the store and the version of Marten it carries: either may change the schema.</summary>
    internal static string Word { get; } =
        $"{typeof(SchemaState).Assembly.ManifestModule.ModuleVersionId:N} marten {typeof(Marten.DocumentStore).Assembly.GetName().Version}";

    internal static string TableSql(string schema) => $"create table if not exists {schema}.{Table} (word text primary key, prepared_at timestamptz not null default now())";

    internal static async Task<bool> IsCurrentAsync(NpgsqlConnection connection, string schema, CancellationToken cancellation)
    {
        try
        {
            await using var command = new NpgsqlCommand($"select count(*) from {schema}.{Table} where word = $1", connection);
            command.Parameters.Add(new() { Value = Word });
            return await command.ExecuteScalarAsync(cancellation) is 1L;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.InsufficientPrivilege)
        {
            return false;
        }
    }
}
