using System.Security.Cryptography;
using System.Text;

namespace XdpAudit.Core;

/// <summary>What a round of detection is based on.</summary>
/// <param name="Now">The moment of the look, UTC.</param>
/// <param name="Observation">The look.</param>
/// <param name="Coverage">What it covered.</param>
/// <param name="Grace">How long something may be so before it is called a leak.</param>
public sealed record DetectionContext(DateTimeOffset Now, string Observation, Coverage Coverage, TimeSpan Grace);

/// <summary>What one detector answered.</summary>
/// <param name="Detector">Its id.</param>
/// <param name="Rules">The rules it answers for.</param>
/// <param name="Candidates">All that it names.</param>
public sealed record Detection(string Detector, IReadOnlyList<string> Rules, IReadOnlyList<LeakCandidate> Candidates)
{
    /// <summary>Which code answered; null where it was not loaded from a folder.</summary>
    public PluginSource? Plugin { get; init; }
}

/// <summary>
/// Makes findings of what detectors name. Nothing is open on one look alone, before the grace period, or from a look that was not complete
/// for it; nothing is resolved by one that was not.
/// </summary>
public static class FindingDecisions
{
    /// <summary>The fingerprint: the same rule on the same object is the same finding.</summary>
    public static FindingId Id(LeakCandidate candidate) =>
        new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{candidate.Rule}\n{candidate.Subject.Key}")))[..16]);

    /// <summary>The events of one round.</summary>
    /// <param name="known">Findings by id, resolved ones too where they are known.</param>
    /// <param name="detections">What the detectors answered; one that faulted is left out, and resolves nothing.</param>
    /// <param name="context">The look.</param>
    public static IReadOnlyList<JournalEvent> Decide(IReadOnlyDictionary<FindingId, FindingState> known, IReadOnlyList<Detection> detections, DetectionContext context)
    {
        var events = new List<JournalEvent>();
        var named = new Dictionary<FindingId, (Detection By, LeakCandidate Candidate)>();
        foreach (var (by, candidate) in detections.SelectMany(d => d.Candidates.Select(c => (d, c))))
        {
            named.TryAdd(Id(candidate), (by, candidate));
        }

        foreach (var (id, (by, candidate)) in named.OrderBy(n => n.Key.Value, StringComparer.Ordinal))
        {
            if (OfOne(id, by.Detector, candidate, known.GetValueOrDefault(id), context) is { } fact)
            {
                events.Add(Stamp(fact, context, by.Plugin));
            }
        }

        var rules = detections.SelectMany(d => d.Rules).ToHashSet();
        foreach (var state in known.Values.Where(s => s.Ended is null && !named.ContainsKey(s.Id) && rules.Contains(s.Candidate.Rule)).OrderBy(s => s.Id.Value, StringComparer.Ordinal))
        {
            if (Complete(state.Candidate, context))
            {
                var by = detections.First(d => d.Rules.Contains(state.Candidate.Rule));
                events.Add(Stamp(new FindingResolved(state.Id, "a complete look no longer shows it"), context, by.Plugin));
            }
        }

        return events;
    }

    private static FindingEvent? OfOne(FindingId id, string detector, LeakCandidate candidate, FindingState? state, DetectionContext context) => state switch
    {
        null or { Ended: not null } => new FindingSuspected(id, detector, candidate),
        { Status: FindingStates.Suspected } when Complete(candidate, context) && Due(candidate, state, context) =>
            state.Before ? new FindingRegressed(id, candidate, "it was resolved, and is there again") : new FindingOpened(id, candidate),
        { Triage: { } triage } when triage.ExpiresAt <= context.Now =>
            new FindingRegressed(id, candidate, $"the word of {triage.At:yyyy-MM-dd} on it has expired"),
        { Status: not FindingStates.Suspected } when Differs(state.Candidate, candidate) => new FindingRevised(id, candidate),
        _ => null,
    };

    private static bool Due(LeakCandidate candidate, FindingState state, DetectionContext context) =>
        context.Now > state.LastSeen && context.Now - candidate.Since >= context.Grace;

    private static bool Complete(LeakCandidate candidate, DetectionContext context) =>
        context.Coverage.Parts().All(p => p.Part.Complete || !candidate.Needs.Contains(p.Name));

    // Ages in sentences move with every look: only what holds it, what to do and what is meant make it another.
    private static bool Differs(LeakCandidate old, LeakCandidate now) =>
        old.Severity != now.Severity
        || old.Doubt != now.Doubt
        || !old.Remedy.SequenceEqual(now.Remedy)
        || !old.Holders.SequenceEqual(now.Holders)
        || old.Cost != now.Cost;

    private static FindingEvent Stamp(FindingEvent fact, DetectionContext context, PluginSource? plugin) => fact with
    {
        Occurred = Occurrence.Exactly(context.Now),
        KnownBy = new() { How = Knowledge.Observed, Source = $"observation:{context.Observation}", Plugin = plugin },
        Actor = new Actor.Unknown("a judgement of the auditor"),
    };
}
