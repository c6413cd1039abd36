namespace XdpAudit.Core;

/// <summary>
/// From what is known and what one look saw to what is to be recorded. Pure and total: no clock, no I/O, no exception for anything a kernel may show.
/// The order of decisions is the order of causes: beginnings before what happens to them, ends last.
/// </summary>
public static class Decider
{
    /// <summary>The events that lead from the known to the seen. Nothing when nothing is different.</summary>
    public static IReadOnlyList<JournalEvent> Decide(HostState known, Observation seen, LookContext context)
    {
        var before = new List<JournalEvent>();
        if (known.Watch?.Boot != seen.Boot)
        {
            before.AddRange(BootDecisions.Decide(known, seen, context));
            known = before.Aggregate(known, (state, fact) => HostState.Fold(state, new(state.Position + 1, seen.FinishedAt, fact)));
        }

        var look = new Look(known, seen, context);
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
        WatchDecisions.Completed(look);
        return before.Count == 0 ? look.Events : [.. before, .. look.Events];
    }
}
