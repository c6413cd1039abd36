using XdpAudit.Abstractions;
using XdpAudit.Kernel;

namespace XdpAudit.Kernel.Tests;

/// <summary>One look of one observer; both ways of looking, by name, as test data.</summary>
internal static class Look
{
    /// <summary>Iterators, and the id walk with procfs.</summary>
    public static TheoryData<bool> BothWays => [true, false];

    internal static KernelObserver Observer(bool iterators = true) => new(TimeProvider.System, new() { UseIterators = iterators });

    internal static Observation Once(bool iterators = true)
    {
        using var observer = Observer(iterators);
        return observer.Observe(TestContext.Current.CancellationToken);
    }

    /// <summary>The gaps of a part in one line each, for messages.</summary>
    internal static string Gaps(Observation look) =>
        string.Join('\n', look.Coverage.Parts().SelectMany(p => p.Part.Gaps.Select(g => $"{p.Name} complete={p.Part.Complete}: {g.What}: {g.Why} ({g.Errno})")));
}
