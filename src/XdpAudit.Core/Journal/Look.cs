namespace XdpAudit.Core;

/// <summary>What bounds a decision besides the look itself.</summary>
public sealed record LookContext
{
    /// <summary>When the last complete look before this one began, UTC: what is new happened after it. Null when there was none.</summary>
    public DateTimeOffset? PreviousLook { get; init; }

    /// <summary>The auditor's process.</summary>
    public required int AuditorPid { get; init; }

    /// <summary>Record programs of all types, not only XDP and EXT.</summary>
    public bool AllTypes { get; init; }
}

/// <summary>One decision under way: the known, the seen, and the events so far. Lives for one call of Decide.</summary>
internal sealed class Look
{
    private readonly List<JournalEvent> _events = [];
    private readonly Attribution _attribution;

    internal Look(HostState known, Observation seen, LookContext context)
    {
        Known = known;
        Seen = seen;
        Context = context;
        _attribution = new(known.Operations.Values);
        Programs = Scope.Programs(seen, context).ToDictionary(p => p.Id);
        KnownPrograms = known.Programs.Values.Where(p => p.Ended is null).ToDictionary(p => p.Facts.Key);
        KnownLinks = known.Links.Values.Where(l => l.Ended is null).ToDictionary(l => l.Key.Id);
        Namespaces = seen.Namespaces.ToDictionary(n => n.Cookie);
        Interfaces = seen.Interfaces.ToDictionary(i => (i.Netns, i.IfIndex));
        ObservationId = seen.Id;
    }

    internal HostState Known { get; }

    internal Observation Seen { get; }

    internal LookContext Context { get; }

    internal string ObservationId { get; }

    /// <summary>Observed programs in scope, by kernel id.</summary>
    internal Dictionary<KernelProgramId, ObservedProgram> Programs { get; }

    /// <summary>Known programs that have not ended.</summary>
    internal Dictionary<ProgramKey, ProgramState> KnownPrograms { get; }

    /// <summary>Known links that have not ended, by kernel id.</summary>
    internal Dictionary<KernelLinkId, LinkState> KnownLinks { get; }

    internal Dictionary<NetnsCookie, ObservedNamespace> Namespaces { get; }

    internal Dictionary<(NetnsCookie, IfIndex), ObservedInterface> Interfaces { get; }

    /// <summary>Observed links in scope with their keys, filled when links are decided.</summary>
    internal Dictionary<KernelLinkId, LinkKey> LinkKeys { get; } = [];

    internal IReadOnlyList<JournalEvent> Events => _events;

    /// <summary>The operation that is waiting for this, if there is one.</summary>
    internal OperationState? Ours(string kind, params string?[] marks) => _attribution.Find(kind, marks);

    /// <summary>The key of an observed program.</summary>
    internal ProgramKey Key(ObservedProgram program) => new(Seen.Host, Seen.Boot, program.Id, program.LoadedNs);

    /// <summary>The key of a program by kernel id, if it was seen and is in scope.</summary>
    internal ProgramKey? Key(KernelProgramId id) => Programs.TryGetValue(id, out var program) ? Key(program) : null;

    internal string NameOf(ProgramKey key) =>
        Programs.TryGetValue(key.Id, out var seen) && seen.LoadedNs == key.LoadedNs ? seen.Name
        : KnownPrograms.TryGetValue(key, out var known) ? known.Facts.Name : "";

    /// <summary>The kernel's load time as a moment.</summary>
    internal DateTimeOffset Moment(ulong bootNs) => Seen.BootedAt.AddTicks((long)(bootNs / 100));

    /// <summary>Adds an event that happened between the last look and this one, and was found by this look or done by us.</summary>
    internal void Tell(JournalEvent fact, OperationState? ours, Occurrence? occurred = null) => _events.Add(fact with
    {
        Occurred = occurred ?? Occurrence.Between(
            ours is not null && (Context.PreviousLook is null || ours.RequestedAt > Context.PreviousLook) ? ours.RequestedAt : Context.PreviousLook,
            Seen.FinishedAt),
        KnownBy = ours is null
            ? new() { How = Knowledge.Observed, Source = $"observation:{ObservationId}" }
            : new() { How = Knowledge.Declared, Source = $"executor:{ours.Plan.Executor}", ConfirmedBy = [$"observation:{ObservationId}"] },
        Actor = ours is null ? new Actor.Unknown("found by looking; nobody saw it happen") : new Actor.Process(ours.RequestedBy),
        Operation = ours?.Id,
    });

    /// <summary>Adds an event that the auditor itself is the source of.</summary>
    internal void TellOurselves(JournalEvent fact, Occurrence occurred, OperationId? operation = null) => _events.Add(fact with
    {
        Occurred = occurred,
        KnownBy = new() { How = Knowledge.Observed, Source = $"observation:{ObservationId}" },
        Actor = new Actor.Unknown("a judgement of the auditor"),
        Operation = operation,
    });

    internal void Add(JournalEvent fact) => _events.Add(fact);
}

/// <summary>Which of what is seen is recorded.</summary>
internal static class Scope
{
    internal static IEnumerable<ObservedProgram> Programs(Observation seen, LookContext context) =>
        context.AllTypes ? seen.Programs : seen.Programs.Where(p => p.Type is "xdp" or "ext");
}
