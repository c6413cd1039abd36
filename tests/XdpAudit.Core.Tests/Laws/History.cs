namespace XdpAudit.Core.Tests;

/// <summary>Lives the steps of a history on a model, looks, decides and writes the journal, as an agent would.</summary>
internal sealed partial class History
{
    private static readonly DateTimeOffset Epoch = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<Round> _rounds = [];
    private readonly List<JournalEntry> _journal = [];
    private HashSet<string> _ever = [];
    private HashSet<string> _everInNext = [];
    private HashSet<string> _always = [];
    private ModelKernel _kernel;
    private DateTimeOffset? _previousLook;
    private (BootId, ulong)? _previousLookNs;
    private HostState _state = HostState.Empty(ModelKernel.Host);
    private readonly bool _truth;
    private readonly Hearing? _hearing;
    private List<Heard> _waiting = [];
    private int _looks;

    private History(bool truth, Hearing? hearing)
    {
        _truth = truth;
        _hearing = hearing;
        _kernel = Boot(1, Epoch);
        _ever = Now();
        _always = [.. _ever];
    }

    internal IReadOnlyList<Round> Rounds => _rounds;

    internal IReadOnlyList<JournalEntry> Journal => _journal;

    internal HostState State => _state;

    /// <summary>What happened in this boot, in order.</summary>
    internal IReadOnlyList<Deed> Deeds => _kernel.Tiers.Deeds;

    /// <summary>What each operation did, as it is written in <see cref="Truth"/>.</summary>
    internal HashSet<(string Fact, OperationId By)> Done { get; } = [];

    /// <summary>Lives through the steps.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="truth">Keep what was so at every instant, which costs more than all the rest.</param>
    /// <param name="hearing">What sensors give of it; null when there are none.</param>
    internal static History Of(IReadOnlyList<Step> steps, bool truth, Hearing? hearing = null)
    {
        var history = new History(truth, hearing);
        var rest = new Queue<Step>(steps);
        while (rest.TryDequeue(out var step))
        {
            if (step.Kind <= StepKind.LookWhileItHappens)
            {
                history.Look(step, rest);
            }
            else
            {
                history.Live(step);
            }
        }

        return history;
    }

    private ModelKernel Boot(int number, DateTimeOffset at) => new(number, at)
    {
        KeptLinkId = id => _state.Links.Values.Any(l => l is { Ended: null, Defunct: null } && l.Key.Boot == _kernel.Boot && l.Key.Id.Value == id),
    };

    private void Live(Step step)
    {
        Tick(step);
        _kernel.Tiers.By = Pick(_kernel.Processes, step.A);
        Act(step);
        _kernel.Reap();
        _kernel.Settle();
        var now = Now();
        _ever.UnionWith(now);
        _everInNext.UnionWith(now);
        _always.IntersectWith(now);
    }

    private void Look(Step step, Queue<Step> rest)
    {
        var missing = step.Kind == StepKind.LookCut ? (Missing)step.A : Missing.Nothing;
        var byId = step.Kind == StepKind.LookById || (step.Kind == StepKind.LookCut && step.C % 4 == 0);
        List<Step> meanwhile = [];
        while (step.Kind == StepKind.LookWhileItHappens && meanwhile.Count < 1 + (step.A % 3) && rest.TryPeek(out var next) && next.Kind is > StepKind.LookWhileItHappens and not StepKind.Reboot)
        {
            meanwhile.Add(rest.Dequeue());
        }

        Tick(step);
        _everInNext = Now();
        var seen = ModelLook.At(() => _kernel, $"look{++_looks:x28}", missing, step.B, byId, pause =>
        {
            foreach (var happens in meanwhile.Where((_, i) => (step.B + (i * (1 + (step.C % 3)))) % ModelLook.Pauses == pause))
            {
                Live(happens);
            }
        });
        var before = _state;
        var context = new LookContext { PreviousLook = _previousLook, PreviousLookBootNs = _previousLookNs is var (boot, ns) && boot == seen.Boot ? ns : null };
        List<Heard> heard = [.. _waiting, .. _hearing?.Take(_kernel.Tiers) ?? []];
        var (events, later) = Decider.Decide(before, seen, context, heard);
        _waiting = [.. later];
        events.ToList().ForEach(Append);
        _rounds.Add(new()
        {
            Before = before, Seen = seen, Context = context, Events = events, Heard = heard, Later = later, After = _state, Still = meanwhile.Count == 0, ByIterator = !byId, Ever = _ever, Always = _always,
        });
        Verification.Decide(_state, seen).ToList().ForEach(Append);
        _always = Now();
        if (missing == Missing.Nothing)
        {
            _previousLook = seen.StartedAt;
            _previousLookNs = (seen.Boot, seen.StartedBootNs!.Value);
            _ever = _everInNext;
        }
        else
        {
            _ever = [.. _ever];
        }
    }

    // Where there are sensors, some things happen so soon after each other that one may be the cause of the other.
    private void Tick(Step step) => _kernel.Tick(_hearing is null ? 1_000_000_100UL : (step.B % 3) switch { 0 => 1_000_000_100UL, 1 => 40_000_000UL, _ => 300_000_000UL });

    private HashSet<string> Now() => _truth ? Truth.Of(_kernel) : [];

    private void Append(JournalEvent fact)
    {
        var entry = new JournalEntry(_state.Position + 1, _kernel.Now, fact);
        _journal.Add(entry);
        _state = HostState.Fold(_state, entry);
    }
}
