namespace XdpAudit.Core;

/// <summary>What was heard around a look, to be asked who did what the look found.</summary>
internal sealed partial class Witnesses
{
    // What follows a close or an exit can take the kernel some time.
    private const ulong Delay = 1_000_000_000;

    // What a pin kept goes after a grace period of the kernel; on a busy machine more than two seconds were seen.
    private const ulong Grace = 10_000_000_000;

    // How much later than it went a removed pin can be heard.
    private const ulong Reading = 2_000_000_000;

    // While looks stay incomplete they cannot tell what came of a close or an exit.
    private const ulong Patience = 60_000_000_000;

    private readonly List<Testimony> _told;
    private readonly Lazy<ILookup<string, Testimony>> _byName;
    private readonly ulong _previous;
    private readonly HashSet<KernelNotice> _open = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, ulong> _changed = [];
    private readonly Dictionary<KernelNotice, HashSet<KernelProgramId>> _letGo = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<KernelProgramId, List<Testimony>> _freed = [];

    internal Witnesses(IReadOnlyList<Heard> heard, Observation seen, LookContext context)
    {
        _previous = context.PreviousLookBootNs ?? 0;
        Began = seen.StartedBootNs ?? Ns(seen, seen.StartedAt);
        _told = Testimony.Of(heard);
        _byName = new(() => _told.SelectMany(t => Names(t.Notice).Concat(t.LetGo.Select(LetGo)), (t, name) => (t, name)).ToLookup(n => n.name, n => n.t));
    }

    /// <summary>When the look began, nanoseconds of CLOCK_BOOTTIME: what was heard before, it has seen the effect of.</summary>
    internal ulong Began { get; }

    internal bool Any => _told.Count > 0;

    /// <summary>What was heard before the look began, in order, and is to be told.</summary>
    internal IEnumerable<Testimony> Before => _told.Where(t => t.Notice.BootNs <= Began && !(IsChange(t.Notice) && IsPast(t)));

    /// <summary>It happened before the last look began, which did not know of it.</summary>
    internal bool IsLate(Testimony t) => t.Notice.BootNs <= _previous;

    /// <summary>Leaves what was heard to a later look.</summary>
    internal void LeaveOpen(Testimony testimony) => _open.Add(testimony.Notice);

    /// <summary>
    /// What is still of use to the next look: what came after this one began, the causes of what may still come, and for one look more what this
    /// one was the first to hear.
    /// </summary>
    internal List<Heard> StillOfUse(IReadOnlyList<Heard> heard, Observation seen)
    {
        var looked = seen.Coverage.Programs.Complete && seen.Coverage.Links.Complete ? Began : Math.Max(_previous, Began - Math.Min(Began, Patience));
        return
        [
            .. heard.Where(h => h.Notice.BootNs > Began || !h.Told || (IsCause(h.Notice) && h.Notice.BootNs + Lasts(h.Notice) > looked))
                .Select(h => _letGo.TryGetValue(h.Notice, out var programs) ? h with { LetGo = [.. h.LetGo, .. programs] } : h)
                .Select(h => h.Notice.BootNs > Began || h.Told || _open.Contains(h.Notice) ? h : h with { Told = true }),
        ];
    }

    /// <summary>Who told what a look found; null when nobody did.</summary>
    internal Testimony? Of(JournalEvent fact) => !Any ? null : fact switch
    {
        ProgramFound e => Load(e.Program.Key),
        ProgramLoaded e => Load(e.Program.Key),
        ProgramUnloaded e => Unload(e.Program),
        ProgramPinned e => Pinned(ObjectKind.Program, e.Program.Id.Value, e.Pin),
        ProgramUnpinned e => Last($"unpin {e.Pin.Path}"),
        LinkFound e => Last($"create {e.Link.Key.Id}"),
        LinkCreated e => Last($"create {e.Link.Key.Id}"),
        LinkProgramReplaced e => Last($"update {e.Link.Id} {e.NewProgram.Id}", Changed(e)),
        LinkDetached e => Last($"detach {e.Link.Id}"),
        LinkReleased e => Last($"free {e.Link.Id}") ?? LastClose(e.Link),
        LinkPinned e => Pinned(ObjectKind.Link, e.Link.Id.Value, e.Pin),
        LinkUnpinned e => Last($"unpin {e.Pin.Path}"),
        MapPinned e => Pinned(ObjectKind.Map, e.Map.Id.Value, e.Pin),
        MapUnpinned e => Last($"unpin {e.Pin.Path}"),
        AttachmentEstablished e => e.Link is { } link ? Last($"create {link.Id}") : Last($"on {Place(e.AttachPoint, e.Mode)} {e.Program.Id}", Changed(e)),
        AttachmentReplaced e => e.Link is { } link ? Last($"update {link.Id} {e.NewProgram.Id}", Changed(e)) : Last($"on {Place(e.AttachPoint, e.Mode)} {e.NewProgram.Id}", Changed(e)),
        AttachmentRemoved e => e.Link is { } link
            ? Last($"detach {link.Id}") ?? Last($"free {link.Id}") ?? (e.Why is EndReason.LinkReleased or EndReason.Unknown ? LastClose(link) : null)
            : Last($"off {Place(e.AttachPoint, e.Mode)} {e.Program.Id}", Changed(e)),
        HolderGone { Holder: HolderFacts.ByDescriptor d } => Last($"exit {d.Process.Pid} {d.Process.StartTicks}"),
        _ => null,
    };

    /// <summary>
    /// Remembers what was told by whom: nothing before a change can have led to what a look finds after it, and a program that lost a reference may be
    /// freed by that when all that was known of the reference is past.
    /// </summary>
    internal void Tell(JournalEvent fact, Testimony by)
    {
        if (Changed(fact) is { } what)
        {
            _changed[what] = by.Notice.BootNs;
        }

        if (Freed(fact) is { } program && IsCause(by.Notice))
        {
            (_letGo.TryGetValue(by.Notice, out var programs) ? programs : _letGo[by.Notice] = []).Add(program);
            (_freed.TryGetValue(program, out var told) ? told : _freed[program] = []).Add(by);
        }
    }

    /// <summary>A pin of a program was removed so shortly before that the reference it kept may have gone only then.</summary>
    internal bool LostAPin(KernelProgramId program, ulong notAfter) =>
        LetGoOf(program).Any(t => t.Notice is UnpinNotice && t.Notice.BootNs <= notAfter + Reading && t.Notice.BootNs + Lasts(t.Notice) > notAfter);

    /// <summary>What let go of a program, as an earlier look or this one told.</summary>
    internal IEnumerable<Testimony> LetGoOf(KernelProgramId program) => _byName.Value[LetGo(program)].Concat(_freed.GetValueOrDefault(program) ?? []);

    /// <summary>Links that pins kept: no close took their last reference.</summary>
    internal HashSet<LinkKey> KeptByPins { private get; set; } = [];

    /// <summary>Who told that a program went; null when nobody did.</summary>
    internal Testimony? Unload(ProgramKey key) => _byName.Value[$"unload {key.Id}"].LastOrDefault(t => t.Notice.BootNs >= key.LoadedNs);

    /// <summary>A link was created while it was looked: what became of it since is told in its order with the next look.</summary>
    internal bool CreatedMeanwhile(KernelLinkId link) => Any && _byName.Value[$"create {link}"].Any(t => t.Notice.BootNs > Began);

    /// <summary>A link was created at a place while it was looked: a program that shows there may be in force by it.</summary>
    internal bool CreatedMeanwhile(AttachPointKey at, KernelProgramId program) => Any && _told.Any(t =>
        t.Notice.BootNs > Began && t.Notice is LinkCreateNotice n && n.Program == program && n.Interface is { } i && (i.Netns, i.IfIndex) == (at.Netns, at.IfIndex));

    /// <summary>Netlink set more than once what a place runs while it was looked: the look shows one of it, and all is told in its order with the next.</summary>
    internal bool SetMeanwhile(AttachPointKey at) => Any && _told.Count(t =>
        t.Notice.BootNs > Began && t.Notice is XdpSetNotice n && (n.Interface.Netns, n.Interface.IfIndex) == (at.Netns, at.IfIndex)) > 1;

    /// <summary>The last that was heard of a pin made at a path.</summary>
    internal Testimony? LastAt(PinNotice pin) =>
        _byName.Value[$"pin {pin.Held} {pin.HeldId}"].LastOrDefault(t => ((PinNotice)t.Notice).Path == pin.Path);

    /// <summary>A pin was heard go after it was made, and before another was made of the same at the same path.</summary>
    internal bool RemovedAfter(Testimony made, PinNotice pin)
    {
        var next = _byName.Value[$"pin {pin.Held} {pin.HeldId}"]
            .Where(t => ((PinNotice)t.Notice).Path == pin.Path && t.Notice.BootNs > made.Notice.BootNs).Select(t => t.Notice.BootNs).DefaultIfEmpty(ulong.MaxValue).Min();
        return _byName.Value[$"unpin {pin.Path}"].Any(t => t.Notice.BootNs >= made.Notice.BootNs && t.Notice.BootNs < next);
    }

    internal bool IsUnloaded(KernelProgramId id) => _byName.Value.Contains($"unload {id}");

    private static string LetGo(KernelProgramId program) => $"let go {program}";

    private static ulong Ns(Observation seen, DateTimeOffset moment) => (ulong)Math.Max(0, (moment - seen.BootedAt).Ticks) * 100;

    // How long after it what it led to can come.
    private static ulong Lasts(KernelNotice notice) => notice is UnpinNotice ? Grace : Delay;

    private static bool IsCause(KernelNotice notice) =>
        notice is DescriptorCloseNotice or ProcessExitNotice or UnpinNotice or PinNotice or XdpSetNotice or LinkDetachNotice or LinkUpdateNotice or LinkFreeNotice;

    private static IEnumerable<string> Names(KernelNotice notice) => notice switch
    {
        ProgramLoadNotice n => [$"load {n.Id}"],
        ProgramUnloadNotice n => [$"unload {n.Id}"],
        LinkCreateNotice n => [$"create {n.Id}"],
        LinkUpdateNotice n => [$"update {n.Id} {n.NewProgram}", $"left {n.OldProgram}"],
        LinkDetachNotice n => [$"detach {n.Id}"],
        LinkFreeNotice n => [$"free {n.Id}"],
        XdpSetNotice n => Set(n),
        PinNotice n => [$"pin {n.Held} {n.HeldId}"],
        UnpinNotice n => [$"unpin {n.Path}"],
        DescriptorCloseNotice n => [$"close {n.Held} {n.HeldId}"],
        ProcessExitNotice n => n.Actor is Actor.Process p ? [$"exit {p.Identity.Pid} {p.Identity.StartTicks}"] : [],
        _ => [],
    };

    private static IEnumerable<string> Set(XdpSetNotice n)
    {
        var place = $"{n.Interface.Netns} {n.Interface.IfIndex} {n.Mode}";
        if (n.After is { } after)
        {
            yield return $"on {place} {after}";
        }

        if (n.Before is { } before)
        {
            yield return $"off {place} {before}";
            yield return $"left {before}";
        }
    }

    private Testimony? Load(ProgramKey key) =>
        _byName.Value[$"load {key.Id}"].LastOrDefault(t => ((ProgramLoadNotice)t.Notice).LoadedNs is not { } ns || ns == key.LoadedNs);

    // A pin is told by the path that was given, which can be relative or go through another mount.
    private Testimony? Pinned(string kind, uint id, PinFacts pin)
    {
        var all = _byName.Value[$"pin {kind} {id}"].Where(t => !IsPast(t)).ToList();
        return all.LastOrDefault(t => ((PinNotice)t.Notice).Path == pin.Path)
            ?? all.LastOrDefault(t => Path.GetFileName(((PinNotice)t.Notice).Path.Value) == Path.GetFileName(pin.Path.Value));
    }

    private Testimony? Last(string name, string? changed = null) =>
        _byName.Value[name].LastOrDefault(t => !IsPast(t)) is { } last && (changed is null || last.Notice.BootNs >= _changed.GetValueOrDefault(changed)) ? last : null;

    // What else may have changed since, by the name that all of its changes have.
    private static string? Changed(JournalEvent fact) => fact switch
    {
        LinkProgramReplaced e => e.Link.Value,
        AttachmentReplaced { Link: { } link } => link.Value,
        AttachmentEstablished e => Place(e.AttachPoint, e.Mode),
        AttachmentReplaced e => Place(e.AttachPoint, e.Mode),
        AttachmentRemoved e => Place(e.AttachPoint, e.Mode),
        _ => null,
    };

    private static KernelProgramId? Freed(JournalEvent fact) => fact switch
    {
        ProgramUnpinned e => e.Program.Id,
        LinkReleased e => e.Program?.Id,
        HolderGone e when e.Held.StartsWith(ProgramKey.Kind, StringComparison.Ordinal) => ProgramKey.From(e.Held).Id,
        _ => null,
    };

    private static string Place(AttachPointKey at, XdpMode mode) => $"{at.Netns} {at.IfIndex} {mode}";

    // What happened before the last look began, that look has seen what came of it: what this one finds is no work of that, but for what takes the
    // kernel some time. That it is heard of only now makes no difference.
    private bool IsPast(Testimony t) => (t.Told || t.Notice.BootNs <= _previous) && (IsChange(t.Notice) || t.Notice.BootNs + Delay <= _previous);

    private static bool IsChange(KernelNotice notice) => notice is XdpSetNotice or LinkUpdateNotice or LinkDetachNotice or PinNotice;
}
