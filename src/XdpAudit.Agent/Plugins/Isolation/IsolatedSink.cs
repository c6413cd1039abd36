namespace XdpAudit.Agent;

/// <summary>A sink in a process of its own.</summary>
internal sealed class IsolatedSink(Supervisor process) : ISink
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public ValueTask<SinkDescriptor> DescribeAsync(CancellationToken cancellation) => new(process.AskAsync("describing itself", Deadline, (w, c) => w.DescribeSinkAsync(c), cancellation));

    public ValueTask<SinkOutcome> DeliverAsync(IReadOnlyList<AuditEnvelope> batch, CancellationToken cancellation) =>
        new(process.AskAsync("delivering", Deadline, (w, c) => w.DeliverAsync(batch, c), cancellation));

    public ValueTask DisposeAsync() => process.DisposeAsync();
}
