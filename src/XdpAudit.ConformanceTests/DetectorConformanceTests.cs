using XdpAudit.Abstractions;
using XdpAudit.Conformance;
using Xunit;

namespace XdpAudit.ConformanceTests;

/// <summary>What a detector promises. Derive one class for each detector and each of its settings that matter.</summary>
public abstract class DetectorConformanceTests
{
    /// <summary>The promises.</summary>
    public static IReadOnlyList<TheoryDataRow<string>> Promised { get; } = Rows.Of<DetectorSuite>();

    /// <summary>Hosts with nothing wrong in its eyes; <see cref="SampleHosts"/> has some to begin with.</summary>
    protected abstract IReadOnlyList<HostView> Clean { get; }

    /// <summary>Hosts in each of which it is to find something.</summary>
    protected abstract IReadOnlyList<HostView> Guilty { get; }

    /// <summary>A new detector.</summary>
    protected abstract ILeakDetector Build();

    /// <summary>One promise.</summary>
    [Theory]
    [MemberData(nameof(Promised))]
    public Task Keeps(string promise) => Promises.KeepAsync(new DetectorSuite(Build, Clean, Guilty), promise);
}
