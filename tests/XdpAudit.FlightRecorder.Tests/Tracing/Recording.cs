using System.Diagnostics;
using XdpAudit.Plugins.FlightRecorder;

namespace XdpAudit.FlightRecorder.Tests;

/// <summary>A tier that is open for one test, and what it heard.</summary>
internal sealed class Recording : IDisposable
{
    internal Recording(int ringBytes = 4 << 20, bool closes = true, bool allTypes = false)
    {
        Tier = new TracingTier(ringBytes, closes, allTypes);
        Status = Tier.Open();
        Assert.True(Status.State == SensorStates.Live, Status.Why);
    }

    internal TracingTier Tier { get; }

    internal SensorTier Status { get; }

    internal List<KernelNotice> Heard { get; } = [];

    /// <summary>All notices so far of a kind that fit.</summary>
    internal IReadOnlyList<T> All<T>(Func<T, bool>? fits = null) where T : KernelNotice
    {
        Tier.Drain(Heard);
        return [.. Heard.OfType<T>().Where(n => fits is null || fits(n))];
    }

    internal T One<T>(Func<T, bool>? fits = null) where T : KernelNotice => Assert.Single(All(fits));

    /// <summary>Drains until there are so many, for what comes after the end of the process that caused it.</summary>
    internal IReadOnlyList<T> Await<T>(int count, Func<T, bool> fits) where T : KernelNotice
    {
        var clock = Stopwatch.StartNew();
        var found = All(fits);
        while (found.Count < count && clock.Elapsed < TimeSpan.FromSeconds(20))
        {
            Thread.Yield();
            found = All(fits);
        }

        return found;
    }

    internal static Func<KernelNotice, bool> By(int pid) => n => Identity(n)?.Pid == pid;

    internal static ProcessIdentity? Identity(KernelNotice n) => (n.Actor as Actor.Process)?.Identity;

    public void Dispose() => Tier.Dispose();
}
