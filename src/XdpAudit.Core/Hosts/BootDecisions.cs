namespace XdpAudit.Core;

/// <summary>A new boot: everything of the old one is gone, and no id of it means anything any more.</summary>
internal static class BootDecisions
{
    internal static IEnumerable<JournalEvent> Decide(HostState known, Observation seen, LookContext context)
    {
        var knownBy = new Knowledge { How = Knowledge.Observed, Source = Evidence.Of(seen) };
        var reboot = new Actor.Kernel("another boot id was found");
        var ended = Interval.Of(context.PreviousLook ?? known.Watch?.LastRecordedAt, seen.BootedAt);
        if (known.Watch?.Boot is { } old)
        {
            foreach (var end in Ends(known))
            {
                yield return end with { Occurred = ended, KnownBy = knownBy, Actor = reboot };
            }

            yield return new BootEnded(seen.Host, old, "the host runs another boot") { Occurred = ended, KnownBy = knownBy, Actor = reboot };
        }

        yield return new BootBegan(seen.Host, seen.Boot, seen.BootedAt, seen.KernelRelease)
        {
            Occurred = Occurrence.Exactly(seen.BootedAt), KnownBy = knownBy, Actor = new Actor.Unknown("a boot has no actor that could be seen"),
        };
    }

    private static IEnumerable<JournalEvent> Ends(HostState known)
    {
        foreach (var point in known.AttachPoints.Values.OrderBy(a => a.Key.Value, StringComparer.Ordinal))
        {
            foreach (var here in point.InForce)
            {
                yield return new AttachmentRemoved(point.Key, point.Interface.Name, here.Mode, here.Program, here.Link, EndReason.BootEnded);
            }

            yield return new InterfaceRemoved(point.Key, point.Interface.Name, EndReason.BootEnded);
        }

        foreach (var link in known.Links.Values.Where(l => l.Ended is null).OrderBy(l => l.Key.Id.Value))
        {
            yield return new LinkReleased(link.Key, link.Program, EndReason.BootEnded, HolderWords.Of(link));
        }

        foreach (var program in known.Programs.Values.Where(p => p.Ended is null).OrderBy(p => p.Facts.Key.Id.Value))
        {
            yield return new ProgramUnloaded(program.Facts.Key, program.Facts.Name, EndReason.BootEnded, HolderWords.Of(program));
        }

        foreach (var map in known.Maps.Values.Where(m => m.Ended is null).OrderBy(m => m.Facts.Key.Id.Value))
        {
            yield return new MapGone(map.Facts.Key, map.Facts.Name, EndReason.BootEnded);
        }
    }
}
