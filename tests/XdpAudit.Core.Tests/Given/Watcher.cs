namespace XdpAudit.Core.Tests;

/// <summary>Looks at a scene once a minute, decides and remembers; and says how events of its last look have to look like.</summary>
internal sealed class Watcher
{
    private readonly List<JournalEntry> _journal = [];
    private DateTimeOffset? _previous;
    private DateTimeOffset? _before;
    private Observation? _last;
    private int _looks;

    internal HostState Known { get; private set; } = HostState.Empty(A.Host);

    internal IReadOnlyList<JournalEntry> Journal => _journal;

    /// <summary>When the next look begins.</summary>
    internal DateTimeOffset Next { get; set; } = A.BootedAt.AddMinutes(10);

    /// <summary>What was heard and no look has dealt with.</summary>
    internal List<Heard> Waiting { get; } = [];

    /// <summary>A moment before the next look begins, or after, nanoseconds of CLOCK_BOOTTIME.</summary>
    internal ulong Ns(double secondsAfterTheLookBegins) => (ulong)((Next - A.BootedAt).TotalSeconds * 1e9 + (secondsAfterTheLookBegins * 1e9));

    /// <summary>A sensor heard something.</summary>
    internal void Hears(params KernelNotice[] notices) => Waiting.AddRange(notices.Select(n => new Heard("recorder", n)));

    /// <summary>Looks, decides, and folds what was decided.</summary>
    internal IReadOnlyList<JournalEvent> Looks(Scene scene, Missing missing = Missing.Nothing, bool allTypes = false)
    {
        _last = scene.Look($"look{++_looks}", Next, missing);
        _before = _previous;
        var decision = Decider.Decide(Known, _last, new() { PreviousLook = _previous, AllTypes = allTypes }, Waiting);
        var events = decision.Events;
        Waiting.Clear();
        Waiting.AddRange(decision.Later);
        Told([.. events]);
        _previous = missing == Missing.Nothing ? _last.StartedAt : _previous;
        Next = Next.AddMinutes(1);
        return events;
    }

    internal void Told(params JournalEvent[] facts)
    {
        foreach (var fact in facts)
        {
            var entry = new JournalEntry(Known.Position + 1, _last?.FinishedAt ?? A.BootedAt, fact);
            _journal.Add(entry);
            Known = HostState.Fold(Known, entry);
        }
    }

    /// <summary>The fact as the last look has to tell it: it happened since the look before, nobody saw by whom.</summary>
    internal JournalEvent Seen(JournalEvent fact) => fact with
    {
        Occurred = Occurrence.Between(_before is { } before && before > _last!.BootedAt ? before : _last!.BootedAt, _last.FinishedAt),
        KnownBy = ByLast, Actor = new Actor.Unknown("found by looking; nobody saw it happen"),
    };

    /// <summary>The fact as a sensor saw it, and as the last look shows it still.</summary>
    internal JournalEvent Witnessed(KernelNotice by, JournalEvent fact, bool shown, params string[] confirmedBy) => fact with
    {
        Occurred = fact is ProgramLoaded p ? Occurrence.Exactly(p.Program.LoadedAt) : Occurrence.Exactly(A.BootedAt.AddTicks((long)(by.BootNs / 100))),
        KnownBy = new()
        {
            How = Knowledge.Witnessed, Source = $"sensor:recorder/{by.Tier}", ConfirmedBy = [.. confirmedBy, .. shown ? [Evidence.Of(_last!)] : Array.Empty<string>()],
        },
        Actor = by.Actor,
    };

    /// <summary>A program found, with the moment that the kernel keeps.</summary>
    internal JournalEvent Found(ProgramFacts program) => Seen(new ProgramFound(program)) with { Occurred = Occurrence.Exactly(program.LoadedAt) };

    /// <summary>The fact as the last look has to tell it when an operation of ours did it.</summary>
    internal JournalEvent Ours(OperationRequested by, JournalEvent fact) => fact with
    {
        Occurred = fact is ProgramLoaded p ? Occurrence.Exactly(p.Program.LoadedAt) : Occurrence.Between(by.Occurred.At, _last!.FinishedAt),
        KnownBy = new() { How = Knowledge.Declared, Source = "executor:libbpf", ConfirmedBy = [Evidence.Of(_last!)] },
        Actor = new Actor.Process(by.RequestedBy), Operation = by.Id,
    };

    /// <summary>What the last look covered and counted.</summary>
    internal JournalEvent Completed() => new ObservationCompleted(A.Host, _last!.Id, _last.StartedAt, _last.Coverage, ObservationCounts.Of(_last))
    {
        Occurred = Occurrence.Exactly(_last.FinishedAt), KnownBy = ByLast, Actor = new Actor.Unknown("a judgement of the auditor"),
    };

    internal JournalEvent BootBegan() => new BootBegan(A.Host, _last!.Boot, _last.BootedAt, "6.18.0")
    {
        Occurred = Occurrence.Exactly(_last.BootedAt), KnownBy = ByLast, Actor = new Actor.Unknown("a boot has no actor that could be seen"),
    };

    /// <summary>The fact as the first look of another boot has to tell it of the boot before.</summary>
    internal JournalEvent WithBoot(JournalEvent fact) => fact with
    {
        Occurred = Occurrence.Between(_before, _last!.BootedAt), KnownBy = ByLast, Actor = new Actor.Kernel("another boot id was found"),
    };

    /// <summary>An operation was asked for, half a minute after the last look began.</summary>
    internal OperationRequested Asked(string id, OperationPlan plan)
    {
        var asked = new OperationRequested(new(id), plan with { Executor = "libbpf" }, A.Process(77), "as asked");
        var fact = (OperationRequested)Declared(asked.Id, asked);
        Told(fact);
        return fact;
    }

    internal void Answered(OperationRequested to, OperationEvent answer) => Told(Declared(to.Id, answer));

    private Knowledge ByLast => new() { How = Knowledge.Observed, Source = Evidence.Of(_last!) };

    private JournalEvent Declared(OperationId id, JournalEvent fact) => fact with
    {
        Occurred = Occurrence.Exactly(Next.AddSeconds(-30)), KnownBy = new() { How = Knowledge.Declared, Source = "executor:libbpf" },
        Actor = new Actor.Process(A.Process(77)), Operation = id,
    };
}
