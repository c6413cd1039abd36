namespace XdpAudit.Store;

/// <summary>Where the store is.</summary>
public sealed record StoreSettings
{
    /// <summary>The auditor's data directory: its lock, and the private cluster below <c>pg</c>. Made when missing.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>A connection string of a server of the user's (Npgsql's keywords); null for a private cluster.</summary>
    public string? Postgres { get; init; }

    /// <summary>The schema in the database: lower-case letters, digits and underscores.</summary>
    public string Schema { get; init; } = "xdpaudit";

    /// <summary>Longest wait for an answer of the database before an append is called unavailable.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(15);
}
