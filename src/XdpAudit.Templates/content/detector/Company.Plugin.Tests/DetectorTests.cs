using Company.Plugin;
using XdpAudit.Abstractions;
using XdpAudit.Conformance;
using XdpAudit.ConformanceTests;

namespace Company.Plugin.Tests;

/// <summary>What every detector promises.</summary>
public sealed class DetectorTests : DetectorConformanceTests
{
    /// <summary>Hosts with nothing wrong in its eyes.</summary>
    protected override IReadOnlyList<HostView> Clean => [SampleHosts.Orderly];

    /// <summary>Hosts in each of which it is to find something.</summary>
    protected override IReadOnlyList<HostView> Guilty => [SampleHosts.Disorderly];

    protected override ILeakDetector Build() => new Detector("plugin");
}
