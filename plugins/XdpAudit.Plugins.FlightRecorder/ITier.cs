using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>One way of seeing. Calls come one at a time.</summary>
internal interface ITier : IDisposable
{
    /// <summary>One of <see cref="SensorTiers"/>.</summary>
    string Name { get; }

    /// <summary>Opens it. What the kernel refuses is in the answer, never thrown. Hooks it has attached are <see cref="SensorStates.Live"/> until the self-test finds them silent.</summary>
    SensorTier Open();

    /// <summary>Adds all it heard since the last call, including a <see cref="LossNotice"/> for what it lost.</summary>
    void Drain(List<KernelNotice> into);

    /// <summary>Descriptors that become readable, for poll(2), when there is something to drain; -1 entries never occur.</summary>
    IReadOnlyList<int> Descriptors { get; }

    /// <summary>How often each hook, by its name in <see cref="SensorTier.Hooks"/>, has fired since it was opened: what the self-test compares.</summary>
    IReadOnlyDictionary<string, long> Fired();
}
