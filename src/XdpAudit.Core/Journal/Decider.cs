namespace XdpAudit.Core;

/// <summary>
/// From what is known and what one look saw to what is to be recorded. Pure and total: no clock, no I/O, no exception for anything a kernel may show.
/// The order of decisions is the order of causes: beginnings before what happens to them, ends last.
/// </summary>
public static class Decider
{
    /// <summary>The events that lead from the known to the seen. Nothing when nothing is different.</summary>
    public static IReadOnlyList<JournalEvent> Decide(HostState known, Observation seen, LookContext context) => Decide(known, seen, context, []).Events;

    /// <summary>
    /// The events that lead from the known, through what sensors heard before the look began, to the seen. What they heard later tells who did what
    /// the look found of it, and is told itself with the next look: heard again, a fact that is known changes nothing.
    /// </summary>
    public static Decision Decide(HostState known, Observation seen, LookContext context, IReadOnlyList<Heard> heard)
    {
        var before = new List<JournalEvent>();
        if (known.Watch?.Boot != seen.Boot)
        {
            before.AddRange(BootDecisions.Decide(known, seen, context));
            known = before.Aggregate(known, (state, fact) => HostState.Fold(state, new(state.Position + 1, seen.FinishedAt, fact)));
        }

        var witnesses = new Witnesses(heard, seen, context);
        Attribution? ours = null;
        IReadOnlyList<LoadCount> otherLoads = [];
        if (witnesses.Any)
        {
            var narrator = HeardDecisions.Decide(known, seen, context, witnesses);
            before.AddRange(narrator.Events);
            (known, ours, otherLoads) = (narrator.Known, narrator.Ours, [.. narrator.OtherLoads.Select(l => new LoadCount(l.Key, l.Value))]);
        }

        var look = new Look(known, seen, context, witnesses, ours);
        ProgramDecisions.Found(look);
        LinkDecisions.Found(look);
        MapDecisions.Found(look);
        LinkDecisions.Changed(look);
        AttachmentDecisions.Decide(look);
        LinkDecisions.Detached(look);
        PinDecisions.Decide(look);
        HolderDecisions.Decide(look);
        LinkDecisions.Gone(look);
        ProgramDecisions.Gone(look);
        MapDecisions.Gone(look);
        WatchDecisions.Completed(look, otherLoads);
        return new(before.Count == 0 ? look.Events : [.. before, .. look.Events], witnesses.StillOfUse(heard, seen));
    }
}

/// <summary>What one look and what was heard lead to.</summary>
/// <param name="Events">What is to be recorded.</param>
/// <param name="Later">What was heard and is still of use to the next look.</param>
public sealed record Decision(IReadOnlyList<JournalEvent> Events, IReadOnlyList<Heard> Later);
