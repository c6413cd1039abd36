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
    private HostState _state = HostState.Empty(ModelKernel.Host);
    private readonly bool _truth;
    private int _looks;

    private History(bool truth)
    {
        _truth = truth;
        _kernel = Boot(1, Epoch);
        _ever = Now();
        _always = [.. _ever];
    }

    internal IReadOnlyList<Round> Rounds => _rounds;

    internal IReadOnlyList<JournalEntry> Journal => _journal;

    internal HostState State => _state;

    /// <summary>What each operation did, as it is written in <see cref="Truth"/>.</summary>
    internal HashSet<(string Fact, OperationId By)> Done { get; } = [];

    /// <summary>Lives through the steps.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="truth">Keep what was so at every instant, which costs more than all the rest.</param>
    internal static History Of(IReadOnlyList<Step> steps, bool truth)
    {
        var history = new History(truth);
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
        _kernel.Tick();
        Act(step);
        _kernel.Reap();
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

        _kernel.Tick();
        _everInNext = Now();
        var seen = ModelLook.At(() => _kernel, $"look{++_looks:x28}", missing, step.B, byId, pause =>
        {
            foreach (var happens in meanwhile.Where((_, i) => (step.B + (i * (1 + (step.C % 3)))) % ModelLook.Pauses == pause))
            {
                Live(happens);
            }
        });
        var before = _state;
        var context = new LookContext { AuditorPid = 1, PreviousLook = _previousLook };
        var events = Decider.Decide(before, seen, context);
        events.ToList().ForEach(Append);
        _rounds.Add(new()
        {
            Before = before, Seen = seen, Context = context, Events = events, After = _state, Still = meanwhile.Count == 0, ByIterator = !byId, Ever = _ever, Always = _always,
        });
        Verification.Decide(_state, seen).ToList().ForEach(Append);
        _always = Now();
        if (missing == Missing.Nothing)
        {
            _previousLook = seen.StartedAt;
            _ever = _everInNext;
        }
        else
        {
            _ever = [.. _ever];
        }
    }

    private HashSet<string> Now() => _truth ? Truth.Of(_kernel) : [];

    private void Append(JournalEvent fact)
    {
        var entry = new JournalEntry(_state.Position + 1, _kernel.Now, fact);
        _journal.Add(entry);
        _state = HostState.Fold(_state, entry);
    }
}
