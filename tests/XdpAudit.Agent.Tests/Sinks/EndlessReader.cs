namespace XdpAudit.Agent.Tests;

/// <summary>A journal that has no end: for a process that is killed, which has no database.</summary>
internal sealed class EndlessReader(HostId host) : ILifecycleReader
{
    internal static readonly DateTimeOffset Moment = new(2026, 3, 1, 3, 12, 0, TimeSpan.Zero);

    public Task<IReadOnlyList<JournalEntry>> PageAsync(string journal, long after, DateTimeOffset? since, string? subject, int limit, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<JournalEntry>>([.. Enumerable.Range(1, limit).Select(i => new JournalEntry(after + i, Moment.AddSeconds(after + i), new AgentStopped(host, "a test")
        {
            Occurred = Occurrence.Exactly(Moment), KnownBy = new() { How = Knowledge.Declared, Source = "agent" }, Actor = new Actor.Unknown("a test"),
        }))]);

    public Task<JournalState> LivingAsync(string journal, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<JournalState> AsOfAsync(string journal, long position, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<SubjectState?> SubjectAsync(string subject, long? position, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<IReadOnlyList<JournalEntry>> HistoryAsync(string subject, long? upTo, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<SubjectPage> ListAsync(string journal, string kind, bool includeEnded, SubjectFilter? only, string? from, int limit, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<long> PositionAtAsync(string journal, DateTimeOffset moment, CancellationToken cancellation) => throw new NotSupportedException();
}
