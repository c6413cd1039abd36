using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.PolicyRules;

/// <summary>Names what the policy does not allow: programs that are loaded, and places where an allowed one is in force.</summary>
internal sealed class PolicyRulesDetector(Policy policy) : ILeakDetector
{
    /// <inheritdoc/>
    public string Id => "policy-rules";

    /// <inheritdoc/>
    public IReadOnlyList<string> Rules { get; } = [PolicyProgram.Rule, PolicyAttachment.Rule];

    /// <inheritdoc/>
    public IReadOnlyList<LeakCandidate> Detect(DetectorInput input)
    {
        var host = new HostIndex(input);

        // Rule and subject make the fingerprint: an attach point with a program in two modes at once (only offload can) is one finding.
        return [.. PolicyProgram.Find(host, policy).Concat(PolicyAttachment.Find(host, policy)).DistinctBy(found => (found.Rule, found.Subject.Key))];
    }
}
