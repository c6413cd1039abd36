namespace XdpAudit.Agent;

/// <summary>A journal as sinks get it.</summary>
/// <param name="host">The host it is of.</param>
/// <param name="name"><c>host</c> or <c>server</c>.</param>
/// <param name="end">Its last position that is known to be on disk.</param>
internal sealed class OutgoingJournal(HostId host, string name, ILifecycleReader reader, Func<long> end)
{
    private readonly string _key = name == "host" ? Journals.OfHost(host) : Journals.OfServer(host);

    internal string Name => name;

    internal long End => end();

    /// <summary>What comes after a position, oldest first.</summary>
    /// <exception cref="JournalUnavailableException">The database does not answer.</exception>
    internal async Task<IReadOnlyList<AuditEnvelope>> PageAsync(long after, int limit, CancellationToken cancellation) =>
    [
        .. from entry in await reader.PageAsync(_key, after, null, null, limit, cancellation)
           select new AuditEnvelope { Id = $"{host}/{name}/{entry.Position}", Host = host, Entry = HistoryEntries.Of(entry, name) },
    ];
}
