namespace XdpAudit.Agent;

/// <summary>A sensor whose process may end and come back: then it is started anew, and between the two it heard nothing.</summary>
internal interface IReturningSensor : ISensor
{
    /// <summary>Ends when it can be started again; false when it will not be.</summary>
    Task<bool> BackAsync(CancellationToken cancellation);
}

/// <summary>A sensor in a process of its own.</summary>
internal sealed class IsolatedSensor(Supervisor process) : IReturningSensor
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(30);

    public Task<SensorStatus> StartAsync(CancellationToken cancellation) => process.AskAsync("starting", Slow, (w, c) => w.StartSensorAsync(c), cancellation);

    public Task<IReadOnlyList<KernelNotice>> DrainAsync(CancellationToken cancellation) =>
        process.AskAsync("giving what it heard", Quick, (w, c) => w.DrainSensorAsync(c), cancellation);

    // It may wait for hours; that its process lives is asked by others.
    public Task WaitAsync(CancellationToken cancellation) => process.AskAsync(
        "waiting",
        Timeout.InfiniteTimeSpan,
        async (w, c) =>
        {
            await w.WaitSensorAsync(c);
            return true;
        },
        cancellation);

    public Task<SensorStatus> TestAsync(CancellationToken cancellation) => process.AskAsync("testing itself", Slow, (w, c) => w.TestSensorAsync(c), cancellation);

    public Task<bool> BackAsync(CancellationToken cancellation) => process.BackAsync(cancellation);

    public ValueTask DisposeAsync() => process.DisposeAsync();
}
