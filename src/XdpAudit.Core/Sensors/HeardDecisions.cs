namespace XdpAudit.Core;

/// <summary>What sensors heard before a look, told in the order in which it happened.</summary>
internal static class HeardDecisions
{
    internal static Narrator Decide(HostState known, Observation seen, LookContext context, Witnesses witnesses)
    {
        var narrator = new Narrator(known, Ordered.Of(seen), context, witnesses);
        foreach (var one in witnesses.Before)
        {
            // Of what was told already, another tier can still say who it was.
            if (!one.Told || one.Notice is ProgramLoadNotice { Actor: Actor.Process })
            {
                Tell(narrator, one);
            }
        }

        return narrator;
    }

    // Closes and exits are no facts of a lifecycle by themselves: they are asked for when a look or another notice shows what came of them.
    private static void Tell(Narrator narrator, Testimony by)
    {
        switch (by.Notice)
        {
            case ProgramLoadNotice notice:
                ProgramHeard.Loaded(narrator, by, notice);
                break;
            case ProgramLoadFailedNotice notice:
                ProgramHeard.Failed(narrator, by, notice);
                break;
            case ProgramUnloadNotice notice:
                ProgramHeard.Unloaded(narrator, by, notice);
                break;
            case LinkCreateNotice notice:
                LinkHeard.Created(narrator, by, notice);
                break;
            case LinkUpdateNotice notice:
                LinkHeard.Updated(narrator, by, notice);
                break;
            case LinkDetachNotice notice:
                LinkHeard.Detached(narrator, by, notice);
                break;
            case LinkFreeNotice notice:
                LinkHeard.Freed(narrator, by, notice);
                break;
            case XdpSetNotice notice:
                AttachmentHeard.Set(narrator, by, notice);
                break;
            case PinNotice notice:
                PinHeard.Made(narrator, by, notice);
                break;
            case UnpinNotice notice:
                PinHeard.Removed(narrator, by, notice);
                break;
            case LossNotice notice:
                narrator.Tell(
                    new GapOpened(narrator.Seen.Host, notice.Why, by.Source, notice.Count), by, null, false,
                    Occurrence.Between(narrator.Moment(notice.SinceBootNs), narrator.Moment(notice.BootNs)));
                break;
            default:
                break;
        }
    }
}
