namespace XdpAudit.Abstractions;

/// <summary>
/// Judges the state of a host. A pure function of its input: no kernel, no clock, no files, the same answer for the same input.
/// It names what is so now; that nothing opens on one look alone, on an incomplete one or within the grace period is the auditor's duty.
/// An exception is a fault of the plugin.
/// </summary>
public interface ILeakDetector
{
    /// <summary>Its id, for example <c>leak-rules</c>.</summary>
    string Id { get; }

    /// <summary>The rules it may report, by id. What it no longer reports of these is resolved.</summary>
    IReadOnlyList<string> Rules { get; }

    /// <summary>All that is wrong in this input.</summary>
    IReadOnlyList<LeakCandidate> Detect(DetectorInput input);
}

/// <summary>What a detector judges.</summary>
public sealed record DetectorInput
{
    /// <summary>The host as known after the last look.</summary>
    public required HostView Host { get; init; }

    /// <summary>The moment of that look, UTC.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>How long something may be so before it is called a leak.</summary>
    public required TimeSpan Grace { get; init; }

    /// <summary>The auditor's process.</summary>
    public required int AuditorPid { get; init; }
}

/// <summary>Something that looks wrong in one input.</summary>
public sealed record LeakCandidate
{
    /// <summary>The rule.</summary>
    public required string Rule { get; init; }

    /// <summary><c>low</c>, <c>medium</c> or <c>high</c>.</summary>
    public required string Severity { get; init; }

    /// <summary>The object; with the rule it makes the fingerprint.</summary>
    public required FindingSubject Subject { get; init; }

    /// <summary>When the trouble began, UTC; the grace period counts from here.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>What is wrong, since when and why.</summary>
    public required string Summary { get; init; }

    /// <summary>What it costs.</summary>
    public required FindingCost Cost { get; init; }

    /// <summary>What keeps the object.</summary>
    public IReadOnlyList<HolderView> Holders { get; init; } = [];

    /// <summary>Journal positions it rests on.</summary>
    public IReadOnlyList<long> Evidence { get; init; } = [];

    /// <summary>What to type.</summary>
    public IReadOnlyList<RemedyStep> Remedy { get; init; } = [];

    /// <summary>What speaks against it; null if nothing.</summary>
    public string? Doubt { get; init; }

    /// <summary>Parts of <see cref="Coverage"/> that must be complete before its absence means that it is resolved, or its presence that it is so.</summary>
    public required IReadOnlyList<string> Needs { get; init; }
}

/// <summary>The ids of the leak rules. Public and forever.</summary>
public static class LeakRule
{
    /// <summary>Loaded, without any attachment, past the grace period.</summary>
    public const string ProgramRetained = "program-retained";

    /// <summary>Alive, and nothing that we can see holds it.</summary>
    public const string HolderUnknown = "holder-unknown";

    /// <summary>A defunct link that an fd or a pin still keeps.</summary>
    public const string LinkDefunct = "link-defunct";

    /// <summary>A netlink attachment with no living loader, no pin and no operation of ours.</summary>
    public const string AttachmentUnowned = "attachment-unowned";

    /// <summary>A pin that alone keeps something nothing uses.</summary>
    public const string PinUnused = "pin-unused";

    /// <summary>A program kept only by an element of a map.</summary>
    public const string MapHeldProgram = "map-held-program";

    /// <summary>The same program loaded again and again.</summary>
    public const string ProgramDuplicated = "program-duplicated";

    /// <summary>The program in force was replaced by a stranger.</summary>
    public const string AttachmentReplaced = "attachment-replaced";

    /// <summary>A program that was attached to several interfaces is missing from some.</summary>
    public const string AttachmentPartial = "attachment-partial";

    /// <summary>A program or link of an operation of ours went without an operation.</summary>
    public const string Vanished = "vanished";

    /// <summary>An executor reported success and the kernel disagrees.</summary>
    public const string OperationContradicted = "operation-contradicted";

    /// <summary>A map no program uses, kept by an fd or a pin.</summary>
    public const string MapOrphaned = "map-orphaned";

    /// <summary>A pin under a bpffs that another mount covers.</summary>
    public const string PinHidden = "pin-hidden";

    /// <summary>The auditor holds something itself.</summary>
    public const string AuditorHolds = "auditor-holds";
}
