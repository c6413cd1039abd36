using System.Collections.Immutable;

namespace XdpAudit.Core;

/// <summary>What bounds a decision besides the look itself.</summary>
public sealed record LookContext
{
    /// <summary>When the last complete look before this one began, UTC: what is new happened after it. Null when there was none.</summary>
    public DateTimeOffset? PreviousLook { get; init; }

    /// <summary>The same moment in nanoseconds of CLOCK_BOOTTIME: what sensors saw until then is past. Null when there was none in this boot, or it was not read.</summary>
    public ulong? PreviousLookBootNs { get; init; }

    /// <summary>Record programs of all types, not only XDP and EXT.</summary>
    public bool AllTypes { get; init; }
}

/// <summary>One decision under way: the known, the seen, and the events so far. Lives for one call of Decide.</summary>
internal sealed class Look
{
    private readonly List<JournalEvent> _events = [];
    private readonly Dictionary<(KernelProgramId, ulong), ProgramState> _knownPrograms;
    private readonly Lazy<Runs<ObservedPin>> _pins;
    private readonly Lazy<List<HeldObject>> _held;

    internal Look(HostState known, Observation seen, LookContext context, Witnesses witnesses, Attribution? ours)
    {
        Known = known;
        Seen = Ordered.Of(seen);
        Context = context;
        Heard = witnesses;
        Ours = ours ?? new(known);
        Programs = Scope.Programs(Seen, context).ToDictionary(p => p.Id);
        _knownPrograms = Living(known.Programs, p => (p.Facts.Key.Id, p.Facts.Key.LoadedNs));
        KnownLinks = Living(known.Links, l => l.Key.Id);
        KnownMaps = Living(known.Maps, m => m.Facts.Key);
        witnesses.KeptByPins = [.. KnownLinks.Values.Where(l => l.Pins.Count > 0).Select(l => l.Key)];
        LinkKeys = new(Seen.Links.Count);
        Namespaces = Seen.Namespaces.ToDictionary(n => n.Cookie);
        Interfaces = Seen.Interfaces.ToDictionary(i => (i.Netns, i.IfIndex));
        Places = new(this);
        _pins = new(() => new(Seen.Pins, p => (p.Kind, p.ObjectId)));
        _held = new(() => HeldObjects.Of(this));
    }

    internal HostState Known { get; }

    internal Observation Seen { get; }

    internal LookContext Context { get; }

    /// <summary>What sensors heard around this look.</summary>
    internal Witnesses Heard { get; }

    /// <summary>The operations that wait for a look.</summary>
    internal Attribution Ours { get; }

    /// <summary>Observed programs in scope, by kernel id.</summary>
    internal Dictionary<KernelProgramId, ObservedProgram> Programs { get; }

    /// <summary>Known programs that have not ended. They are of this boot, for the end of another has ended its programs.</summary>
    internal IReadOnlyCollection<ProgramState> KnownPrograms => _knownPrograms.Values;

    /// <summary>Known links that have not ended, by kernel id; without those whose id was found to be another link's.</summary>
    internal Dictionary<KernelLinkId, LinkState> KnownLinks { get; }

    /// <summary>Known maps that have not ended.</summary>
    internal Dictionary<MapKey, MapState> KnownMaps { get; }

    internal Dictionary<NetnsCookie, ObservedNamespace> Namespaces { get; }

    internal Dictionary<(NetnsCookie Netns, IfIndex IfIndex), ObservedInterface> Interfaces { get; }

    /// <summary>Observed links in scope with their keys, filled when links are decided.</summary>
    internal Dictionary<KernelLinkId, LinkKey> LinkKeys { get; }

    /// <summary>Where observed links are.</summary>
    internal LinkPlaces Places { get; }

    /// <summary>What pins and holders can keep; to be asked for when programs, links and maps have been found.</summary>
    internal List<HeldObject> Held => _held.Value;

    internal IReadOnlyList<JournalEvent> Events => _events;

    internal string Source => Evidence.Of(Seen);

    /// <summary>The key of an observed program.</summary>
    internal ProgramKey Key(ObservedProgram program) => new(Seen.Host, Seen.Boot, program.Id, program.LoadedNs);

    /// <summary>The key of a program by kernel id, if it was seen and is in scope.</summary>
    internal ProgramKey? Key(KernelProgramId id) => Programs.TryGetValue(id, out var program) ? Key(program) : null;

    /// <summary>The key of an observed map.</summary>
    internal MapKey Key(ObservedMap map) => new(Seen.Host, Seen.Boot, map.Id, map.Type);

    /// <summary>The key of a place in this boot.</summary>
    internal AttachPointKey Key(NetnsCookie netns, IfIndex index) => new(Seen.Host, Seen.Boot, netns, index);

    internal string NameOf(ProgramKey key) =>
        Programs.TryGetValue(key.Id, out var seen) && seen.LoadedNs == key.LoadedNs ? seen.Name
        : KnownProgram(key)?.Facts.Name ?? "";

    /// <summary>A known program that has not ended.</summary>
    internal ProgramState? KnownProgram(ProgramKey key) => _knownPrograms.GetValueOrDefault((key.Id, key.LoadedNs));

    /// <summary>The pins of objects.</summary>
    internal Runs<ObservedPin> Pins => _pins.Value;

    /// <summary>This look proves that a program is gone. Another program under the same id proves it even when the list was cut short.</summary>
    internal bool IsGone(ProgramKey program) =>
        Programs.TryGetValue(program.Id, out var seen) ? seen.LoadedNs != program.LoadedNs : Seen.Coverage.Programs.Complete;

    /// <summary>This look proves that a link is gone.</summary>
    internal bool IsGone(LinkKey link) => LinkKeys.TryGetValue(link.Id, out var seen) ? seen != link : Seen.Coverage.Links.Complete;

    /// <summary>The kernel's load time as a moment.</summary>
    internal DateTimeOffset Moment(ulong bootNs) => Seen.BootedAt.AddTicks((long)(bootNs / 100));

    /// <summary>Adds an event that happened between the last look and this one, and was found by this look, seen by a sensor or done by us.</summary>
    internal void Tell(JournalEvent fact, OperationState? ours = null, Occurrence? occurred = null, Testimony? by = null)
    {
        by ??= Heard.Of(fact);
        if (by is not null)
        {
            Heard.Tell(fact, by);
        }

        _events.Add(by is not null ? by.Sign(fact, occurred ?? Occurrence.Exactly(Moment(by.Notice.BootNs)), ours, Source) : fact with
        {
            Occurred = occurred ?? Meanwhile(ours),
            KnownBy = ours is null
                ? new() { How = Knowledge.Observed, Source = Source }
                : new() { How = Knowledge.Declared, Source = $"executor:{ours.Plan.Executor}", ConfirmedBy = [Source], Plugin = ours.Plugin },
            Actor = ours is null ? new Actor.Unknown("found by looking; nobody saw it happen") : new Actor.Process(ours.RequestedBy),
            Operation = ours?.Id,
        });
        if (ours is not null)
        {
            Ours.Told(fact, ours);
        }
    }

    /// <summary>Adds an event that the auditor itself is the source of.</summary>
    internal void TellOurselves(JournalEvent fact, Occurrence occurred, OperationId? operation = null) => _events.Add(fact with
    {
        Occurred = occurred,
        KnownBy = new() { How = Knowledge.Observed, Source = Source },
        Actor = new Actor.Unknown("a judgement of the auditor"),
        Operation = operation,
    });

    private static Dictionary<TNumber, TState> Living<TKey, TNumber, TState>(ImmutableDictionary<TKey, TState> known, Func<TState, TNumber> number)
        where TKey : notnull
        where TNumber : notnull
        where TState : KernelObjectState
    {
        var living = new Dictionary<TNumber, TState>(known.Count);
        foreach (var (_, state) in known)
        {
            if (state.Ended is null)
            {
                living[number(state)] = state;
            }
        }

        return living;
    }

    private Occurrence Meanwhile(OperationState? ours)
    {
        // Nothing of this boot is older than it, and nothing that an operation did is older than the asking.
        var after = Context.PreviousLook is { } look && look > Seen.BootedAt ? look : Seen.BootedAt;
        return Interval.Of(ours is not null && ours.RequestedAt > after ? ours.RequestedAt : after, Seen.FinishedAt);
    }
}

/// <summary>Intervals between two readings of a wall clock.</summary>
internal static class Interval
{
    /// <summary>An interval; open to the past when the clock was set back meanwhile, for then the first reading says nothing.</summary>
    internal static Occurrence Of(DateTimeOffset? after, DateTimeOffset notLaterThan) => Occurrence.Between(after <= notLaterThan ? after : null, notLaterThan);
}

/// <summary>Names the look that an event rests on.</summary>
internal static class Evidence
{
    private const string Prefix = "observation:";

    /// <summary>A look as a source.</summary>
    internal static string Of(Observation seen) => Prefix + seen.Id;

    /// <summary>The look that told or confirmed an event; null if none did.</summary>
    internal static string? Of(JournalEvent fact) =>
        fact.KnownBy.ConfirmedBy.Prepend(fact.KnownBy.Source).FirstOrDefault(s => s.StartsWith(Prefix, StringComparison.Ordinal));
}

/// <summary>Which of what is seen is recorded.</summary>
internal static class Scope
{
    internal static IEnumerable<ObservedProgram> Programs(Observation seen, LookContext context) =>
        context.AllTypes ? seen.Programs : seen.Programs.Where(p => p.Type is "xdp" or "ext");
}
