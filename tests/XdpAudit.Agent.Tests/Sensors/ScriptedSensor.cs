namespace XdpAudit.Agent.Tests;

/// <summary>A sensor that hears what the test says, and fails when the test says so.</summary>
internal sealed class ScriptedSensor : ISensor
{
    private readonly SemaphoreSlim _heard = new(0);
    private List<KernelNotice> _notices = [];

    internal Exception? Fault { get; set; }

    internal SensorStatus Status { get; set; } = With(SensorStates.Live);

    internal int Drained { get; private set; }

    internal bool Disposed { get; private set; }

    internal static SensorStatus With(string tracing) => new()
    {
        Tiers = [new(SensorTiers.Tracing, tracing, "", [new("sys_exit", tracing, "")])], Invisible = ["what nobody tells"], Odometer = 17,
    };

    internal void Hear(params KernelNotice[] notices)
    {
        lock (_heard)
        {
            _notices.AddRange(notices);
        }

        _heard.Release();
    }

    /// <summary>Ends a wait without a notice.</summary>
    internal void Wake() => _heard.Release();

    public Task<SensorStatus> StartAsync(CancellationToken cancellation) => Told(Status);

    public Task<SensorStatus> TestAsync(CancellationToken cancellation) => Told(Status);

    public Task<IReadOnlyList<KernelNotice>> DrainAsync(CancellationToken cancellation)
    {
        lock (_heard)
        {
            var given = _notices;
            _notices = [];
            Drained += given.Count;
            return Told<IReadOnlyList<KernelNotice>>(given);
        }
    }

    public Task WaitAsync(CancellationToken cancellation) => _heard.WaitAsync(cancellation);

    public ValueTask DisposeAsync()
    {
        Disposed = true;
        _heard.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task<T> Told<T>(T answer) => Fault is { } fault ? Task.FromException<T>(fault) : Task.FromResult(answer);
}
