using XdpAudit.Abstractions;
using XdpAudit.Conformance;
using XdpAudit.ConformanceTests;
using XdpAudit.Plugins.LeakRules;

namespace XdpAudit.LeakRules.Tests;

public sealed class LeakRulesConformanceTests : DetectorConformanceTests
{
    protected override IReadOnlyList<HostView> Clean => [SampleHosts.Orderly];

    protected override IReadOnlyList<HostView> Guilty => [SampleHosts.Disorderly, A.View(A.Program(17).WasAt("eth0"))];

    protected override ILeakDetector Build() => new LeakRulesDetector(new());
}
