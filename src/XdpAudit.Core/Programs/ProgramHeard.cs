namespace XdpAudit.Core;

/// <summary>Programs that sensors heard come and go.</summary>
internal static class ProgramHeard
{
    /// <summary>The word for the type of a program that was gone before anybody could ask.</summary>
    internal const string UnknownType = "unknown";

    internal static void Loaded(Narrator narrator, Testimony by, ProgramLoadNotice notice)
    {
        if (narrator.Program(notice.Id) is { } known)
        {
            if (known.LoadedBy is Actor.Unknown && notice.Actor is Actor.Process && (notice.LoadedNs ?? known.Facts.Key.LoadedNs) == known.Facts.Key.LoadedNs)
            {
                narrator.Tell(new ProgramLoaderIdentified(known.Facts.Key), by);
            }

            return;
        }

        if (by.Told)
        {
            return;
        }

        // An id that was given again is another program's, which was loaded after this notice was given.
        var seen = narrator.SeenProgram(notice.Id) is { } there && (notice.LoadedNs is { } ns ? ns == there.LoadedNs : there.LoadedNs <= notice.BootNs) ? there : null;
        if (seen is null && notice.LoadedNs is null && !narrator.Seen.Coverage.Programs.Complete && !narrator.Witnesses.IsUnloaded(notice.Id))
        {
            // Nobody can say yet which program it is: a look that lists all of them can.
            narrator.Witnesses.LeaveOpen(by);
            return;
        }

        var type = notice.Type ?? seen?.Type;
        if (!narrator.Context.AllTypes && type is not (null or "xdp" or "ext"))
        {
            narrator.OtherLoads[type] = narrator.OtherLoads.GetValueOrDefault(type) + 1;
            return;
        }

        var loadedNs = notice.LoadedNs ?? seen?.LoadedNs ?? 0;
        var facts = new ProgramFacts
        {
            Key = new(narrator.Seen.Host, narrator.Seen.Boot, notice.Id, loadedNs),
            Type = type ?? UnknownType,
            Name = seen?.Name ?? notice.Name ?? "",
            Tag = notice.Tag ?? seen?.Tag,
            LoadedAt = narrator.Moment(loadedNs == 0 ? notice.BootNs : loadedNs),
            Uid = notice.Uid ?? seen?.Uid,
            MapIds = [.. (seen?.MapIds ?? notice.MapIds ?? []).OrderBy(m => m.Value)],
            MemlockBytes = seen?.MemlockBytes ?? notice.MemlockBytes,
            Extends = seen?.Extends ?? notice.Extends,
            DeviceBound = seen?.DeviceBound,
        };
        narrator.Programs[notice.Id] = facts.Key;
        narrator.Tell(
            new ProgramLoaded(facts), by, narrator.Ours.Loaded(facts, narrator.PinsOf(ObjectKind.Program, notice.Id.Value)), seen is not null, Occurrence.Exactly(facts.LoadedAt));
    }

    /// <summary>The end of a program proves the end of all that held it.</summary>
    internal static void Unloaded(Narrator narrator, Testimony by, ProgramUnloadNotice notice)
    {
        if (narrator.Program(notice.Id) is not { } program || notice.BootNs < program.Facts.Key.LoadedNs)
        {
            return;
        }

        var key = program.Facts.Key;
        var heldBy = HolderWords.Of(program);
        var links = program.Links.Select(l => narrator.Link(l.Id)).OfType<LinkState>().ToList();
        by = Trusted(by, program, narrator.Witnesses);
        var cause = Cause(by, program, links, narrator.Witnesses)?.NoLaterThan(by);
        var end = cause is { Notice.Actor: Actor.Process } ? cause : by;
        foreach (var here in program.Attachments)
        {
            // That its interface is gone by now says nothing of a link that was closed before, or ended with who held it.
            var holding = here.Link is { } held ? narrator.Link(held.Id) : null;
            var closed = holding is not null && (narrator.EndOf(holding, notice.BootNs) is not null || cause?.Notice is ProcessExitNotice);
            var gone = closed ? null : narrator.WhyGone(here.AttachPoint);
            var why = gone ?? (here.Link is not null ? EndReason.LinkReleased : narrator.SeenInterface(here.AttachPoint) is not null ? EndReason.Asked : EndReason.Unknown);
            AttachmentHeard.Removed(narrator, holding is null ? end : EndOf(holding), here.AttachPoint, here.Interface.Name, here.Mode, key, here.Link, why);
            if (here.Link is { } on && gone is not null && narrator.Link(on.Id) is { Defunct: null } link)
            {
                narrator.Tell(new LinkDetached(on, key, here.AttachPoint, link.IfName, gone), EndOf(link));
            }
        }

        foreach (var link in links.Select(l => narrator.Link(l.Key.Id)!))
        {
            LinkHeard.Released(narrator, EndOf(link), link);
        }

        foreach (var pin in program.Pins)
        {
            narrator.Tell(new ProgramUnpinned(key, pin.Pin), narrator.Witnesses.Cause(by.Notice.BootNs, [pin], [])?.NoLaterThan(by) ?? end, narrator.Ours.Unpinned(key.Value, pin.Pin.Path));
        }

        foreach (var holder in program.Holders)
        {
            narrator.Tell(new HolderGone(key.Value, holder.Holder, holder.Holder is HolderFacts.ByDescriptor ? "closed it or ended" : "the element was deleted or its map let go"), end);
        }

        narrator.Tell(
            new ProgramUnloaded(key, program.Facts.Name, EndReason.LastReference, heldBy, Words(by, cause, program)),
            By(by, cause),
            narrator.Ours.Unloaded(key),
            narrator.Seen.Coverage.Programs.Complete && narrator.SeenProgram(notice.Id) is null);
        narrator.Programs.Remove(notice.Id);

        Testimony EndOf(LinkState link) =>
            narrator.EndOf(link, notice.BootNs)
            ?? narrator.Witnesses.Cause(by.Notice.BootNs, link.Pins, [$"close {ObjectKind.Link} {link.Key.Id}", .. Exits(link)])?.NoLaterThan(by)
            ?? end;
    }

    internal static void Failed(Narrator narrator, Testimony by, ProgramLoadFailedNotice notice)
    {
        if (narrator.Context.AllTypes || notice.Type is null or "xdp" or "ext")
        {
            narrator.Tell(new ProgramLoadFailed(narrator.Seen.Host, notice.Errno, notice.Type, notice.Name), by);
        }
    }

    // The elements of some maps, and what a pin kept, are freed after a grace period, in the context of whoever runs then. A process that ended before its
    // name was read is known by name if a look saw it hold the program.
    internal static Testimony Trusted(Testimony unload, ProgramState program, Witnesses witnesses) => unload.Notice.Actor switch
    {
        Actor.Process when witnesses.LostAPin(program.Facts.Key.Id, unload.Notice.BootNs) && Holder(unload, program) is null =>
            unload with { Notice = unload.Notice with { Actor = new Actor.Kernel("it may have been freed with a pin that was removed, after a grace period") } },
        Actor.Process when program.Holders.Any(h => h.Holder is HolderFacts.ByMapElement) =>
            unload with { Notice = unload.Notice with { Actor = new Actor.Kernel("it may have been freed with an element of a map, after a grace period") } },
        Actor.Process { Identity.StartTicks: null } when Holder(unload, program) is { } holder => unload with { Notice = unload.Notice with { Actor = new Actor.Process(holder) } },
        _ => unload,
    };

    /// <summary>What ended it, in words. A holder in which it was freed has let go of it, also where nobody heard how; null when nothing tells.</summary>
    internal static string? Words(Testimony unload, Testimony? cause, ProgramState program) =>
        cause is not null ? Witnesses.Words(cause)
        : Holder(unload, program) is { } holder ? $"process {holder.Pid} ({holder.Comm ?? "name not readable"}) closed its last descriptor of it or ended"
        : null;

    private static ProcessIdentity? Holder(Testimony unload, ProgramState program) => unload.Notice.Actor is not Actor.Process { Identity: var by } ? null
        : program.Holders.Select(h => h.Holder).OfType<HolderFacts.ByDescriptor>()
            .FirstOrDefault(d => d.Process.Pid == by.Pid && (by.StartTicks ?? d.Process.StartTicks) == d.Process.StartTicks)?.Process;

    /// <summary>What took the last reference; null when that was not heard.</summary>
    /// <param name="unload">How its end was heard.</param>
    /// <param name="program">It, as known before.</param>
    /// <param name="links">Its links, as known before.</param>
    /// <param name="witnesses">What else was heard.</param>
    internal static Testimony? Cause(Testimony unload, ProgramState program, IReadOnlyList<LinkState> links, Witnesses witnesses) =>
        Plausible(unload, witnesses.Cause(unload.Notice.BootNs, [.. program.Pins, .. links.SelectMany(l => l.Pins)], Causes(program, links), witnesses.LetGoOf(program.Facts.Key.Id)));

    // The process that let go of the last reference is the one in which the program was freed, if it was in any; but what a pin kept is freed after a
    // grace period (Linux 6.18), in whichever runs then.
    private static Testimony? Plausible(Testimony unload, Testimony? cause) =>
        unload.Notice.Actor is Actor.Process { Identity.Pid: var pid } && cause?.Notice.Actor is Actor.Process { Identity.Pid: var other } && pid != other && cause.Notice is not UnpinNotice ? null : cause;

    /// <summary>An unload, by whoever is known to have caused it where the kernel left it to a worker.</summary>
    internal static Testimony By(Testimony unload, Testimony? cause) =>
        (unload.Notice.Actor is not Actor.Process || cause?.Notice is UnpinNotice) && cause is { Notice.Actor: Actor.Process who } ? unload with { Notice = unload.Notice with { Actor = who } } : unload;

    private static IEnumerable<string> Causes(ProgramState program, IReadOnlyList<LinkState> links) =>
    [
        $"close {ObjectKind.Program} {program.Facts.Key.Id}",
        $"left {program.Facts.Key.Id}",
        .. program.Links.Select(l => $"close {ObjectKind.Link} {l.Id}"),
        .. program.Pins.Select(p => $"unpin {p.Pin.Path}"),
        .. Exits(program),
        .. links.SelectMany(Exits),
        .. program.LoadedBy is Actor.Process { Identity: var loader } ? [$"exit {loader.Pid} {loader.StartTicks}"] : Array.Empty<string>(),
    ];

    internal static IEnumerable<string> Exits(KernelObjectState state) =>
        state.Holders.Select(h => h.Holder).OfType<HolderFacts.ByDescriptor>().Select(d => $"exit {d.Process.Pid} {d.Process.StartTicks}");
}
