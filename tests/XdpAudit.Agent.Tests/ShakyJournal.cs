namespace XdpAudit.Agent.Tests;

/// <summary>A real journal whose appends can be made to fail, before anything was appended or after all was, as a database does that goes away.</summary>
internal sealed class ShakyJournal(IJournal real) : IJournal
{
    private readonly Queue<bool> _losses = [];

    /// <summary>Away until told otherwise: no append comes through.</summary>
    internal bool Away { get; set; }

    /// <summary>Appends that came through, whether the answer did or not.</summary>
    internal int Appended { get; private set; }

    /// <summary>Called before each append, with its events.</summary>
    internal Action<IReadOnlyList<JournalEvent>>? Before { get; set; }

    public string Name => real.Name;

    /// <summary>The next append is not made.</summary>
    internal void LoseNext() => _losses.Enqueue(false);

    /// <summary>The next append is made, and its answer is lost.</summary>
    internal void LoseNextAnswer() => _losses.Enqueue(true);

    public Task<long> PositionAsync(CancellationToken cancellation) => real.PositionAsync(cancellation);

    public async Task<IReadOnlyList<JournalEntry>> AppendAsync(long expected, IReadOnlyList<JournalEvent> events, DateTimeOffset recordedAt, CancellationToken cancellation)
    {
        Before?.Invoke(events);
        var lost = _losses.TryDequeue(out var afterwards);
        if (Away || (lost && !afterwards))
        {
            throw new JournalUnavailableException(Name, "the test has taken it away");
        }

        var entries = await real.AppendAsync(expected, events, recordedAt, cancellation);
        Appended++;
        return lost ? throw new JournalUnavailableException(Name, "the test has lost the answer") : entries;
    }

    public IAsyncEnumerable<JournalEntry> ReadAsync(long after, CancellationToken cancellation) => real.ReadAsync(after, cancellation);
}
