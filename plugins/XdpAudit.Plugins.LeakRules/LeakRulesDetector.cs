using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.LeakRules;

/// <summary>The rules of docs and README, one file each, in one list.</summary>
public sealed class LeakRulesDetector(LeakRulesOptions options) : ILeakDetector
{
    private static readonly (string Id, Func<HostIndex, LeakRulesOptions, IEnumerable<LeakCandidate>> Find)[] All =
    [
        (LeakRule.ProgramRetained, (host, _) => ProgramRetained.Find(host)),
        (LeakRule.HolderUnknown, (host, _) => HolderUnknown.Find(host)),
        (LeakRule.LinkDefunct, (host, _) => LinkDefunct.Find(host)),
        (LeakRule.AttachmentUnowned, (host, _) => AttachmentUnowned.Find(host)),
        (LeakRule.PinUnused, (host, _) => PinUnused.Find(host)),
        (LeakRule.MapHeldProgram, (host, _) => MapHeldProgram.Find(host)),
        (LeakRule.ProgramDuplicated, ProgramDuplicated.Find),
        (LeakRule.AttachmentReplaced, (host, _) => AttachmentReplaced.Find(host)),
        (LeakRule.AttachmentPartial, (host, _) => AttachmentPartial.Find(host)),
        (LeakRule.Vanished, (host, _) => Vanished.Find(host)),
        (LeakRule.OperationContradicted, (host, _) => OperationContradicted.Find(host)),
        (LeakRule.MapOrphaned, (host, _) => MapOrphaned.Find(host)),
        (LeakRule.PinHidden, (host, _) => PinHidden.Find(host)),
        (LeakRule.AuditorHolds, (host, _) => AuditorHolds.Find(host)),
    ];

    /// <inheritdoc/>
    public string Id => "leak-rules";

    /// <inheritdoc/>
    public IReadOnlyList<string> Rules { get; } = [.. All.Select(rule => rule.Id)];

    /// <inheritdoc/>
    public IReadOnlyList<LeakCandidate> Detect(DetectorInput input)
    {
        var host = new HostIndex(input);

        // Rule and subject make the fingerprint: an attach point with a program in two modes at once (only offload can) is one finding.
        return [.. All.SelectMany(rule => rule.Find(host, options)).DistinctBy(found => (found.Rule, found.Subject.Key))];
    }
}
