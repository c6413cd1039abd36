using XdpAudit.Conformance;
using XdpAudit.ConformanceTests;

namespace XdpAudit.PolicyRules.Tests;

public sealed class PolicyRulesConformanceTests : DetectorConformanceTests
{
    private static readonly Policy _policy = Judged.Allowing("""
        "loader": { "exe": "/usr/bin/loader" }, "program": { "name": "guard" }, "attach": { "interface": "eth0" }
        """);

    protected override IReadOnlyList<HostView> Clean => [SampleHosts.Orderly];

    protected override IReadOnlyList<HostView> Guilty => [SampleHosts.Disorderly, SampleHosts.Hostile, SampleHosts.Bare];

    protected override ILeakDetector Build() => new PolicyRulesDetector(_policy);
}
