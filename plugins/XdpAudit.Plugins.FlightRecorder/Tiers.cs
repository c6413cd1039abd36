using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>The tiers that settings ask for, in the order in which they are opened.</summary>
internal static class Tiers
{
    internal static List<ITier> Of(FlightRecorderOptions options, OwnObjects own, ActorReader actors) =>
    [
        // Before the others, whose opening makes libbpf load and drop programs of its own to see what the kernel can do: they are heard, and known for ours.
        options.Perf ? new PerfTier(options.PerfPages, own, actors) : (ITier)new OffTier(SensorTiers.Perf, "perf"),
        options.Tracing ? new TracingTier(options.RingBytes, options.Closes, options.AllTypes, options.AuditorPid) : (ITier)new OffTier(SensorTiers.Tracing, "tracing"),
        options.Function ? new FunctionTier(options.RingBytes, options.AllTypes) : (ITier)new OffTier(SensorTiers.Function, "function"),
        options.Files ? new FilesTier(actors) : (ITier)new OffTier(SensorTiers.Files, "files"),
    ];
}

/// <summary>A tier that hears what happens on a bpffs it was told of.</summary>
internal interface IBpffsWatcher
{
    /// <summary>Called on the self-test's thread: the path is one of its mount namespace. What is heard there counts as fired, and is told to nobody.</summary>
    void WatchOwn(string path);
}

/// <summary>A tier whose descriptors do not tell everything there is to drain.</summary>
internal interface IQuietTier
{
    /// <summary>Whether a drain would give something now. May be asked at any time, by another thread.</summary>
    bool HasData { get; }
}

/// <summary>A tier that was switched off.</summary>
internal sealed class OffTier(string name, string setting) : ITier
{
    public string Name => name;

    public IReadOnlyList<int> Descriptors => [];

    public SensorTier Open() => new(name, SensorStates.Off, $"setting '{setting}' is false", []);

    public void Drain(List<KernelNotice> into)
    {
    }

    public IReadOnlyDictionary<string, long> Fired() => new Dictionary<string, long>();

    public void Dispose()
    {
    }
}
