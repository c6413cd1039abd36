namespace XdpAudit.Core.Tests;

/// <summary>Something that happened to the model.</summary>
/// <param name="Subject">To what.</param>
/// <param name="What">What, in the words of <see cref="Told"/>.</param>
/// <param name="By">The process that did it; null when no tier can see who it was.</param>
/// <param name="Seen">A tier sees it, or what caused it.</param>
internal sealed record Deed(string Subject, string What, int? By, bool Seen);

/// <summary>
/// What the tiers of a sensor give of what happens to the model, and what happens whether they see it or not. The perf tier sees ids of programs
/// that come and go; the tracing tier sees what processes ask for, closes before they have an effect and ends of processes. No tier here sees
/// interfaces go or move, pins be removed and links be freed.
/// </summary>
internal sealed class ModelTiers(ModelKernel kernel)
{
    private readonly Dictionary<object, ModelProcess> _makers = [];
    private readonly HashSet<object> _pinned = [];
    private object? _closed;
    private ModelProgram? _left;
    private bool _exited;

    /// <summary>When the last thing happened, nanoseconds of CLOCK_BOOTTIME.</summary>
    internal ulong Last { get; private set; }

    internal List<KernelNotice> Notices { get; } = [];

    internal List<Deed> Deeds { get; } = [];

    /// <summary>The process that acts.</summary>
    internal ModelProcess? By
    {
        get => field;
        set
        {
            field = value;
            (_closed, _left, _exited) = (null, null, false);
        }
    }

    internal void Loaded(ModelProcess by, ModelProgram program)
    {
        By = by;
        _makers[program] = by;
        var bare = new ProgramLoadNotice(new(program.Id)) { BootNs = Next(), Tier = SensorTiers.Perf, Actor = Actor(), Tag = Tag(program) };
        Notices.Add(bare);
        Notices.Add(bare with
        {
            BootNs = Next(), Tier = SensorTiers.Tracing, LoadedNs = program.LoadedNs, Type = program.Type, Name = program.Name, Uid = 0, MemlockBytes = 4096,
            MapIds = [.. program.Maps.Select(m => new KernelMapId(m.Id))], Extends = program.Extends is { } e ? new(e.Id) : null,
        });
        Happened(program, "loaded", true);
    }

    internal void Created(ModelProcess by, ModelLink link)
    {
        By = by;
        Notices.Add(new LinkCreateNotice(new(link.Id), link.Type, new(link.Program.Id))
        {
            BootNs = Next(), Tier = SensorTiers.Tracing, Actor = Actor(), Interface = link.At is { } at ? On(at) : null, Mode = link.Mode,
            Target = link.Program.Extends is { } target ? new(target.Id) : null,
        });
        Happened(link, "created", true);
        if (link.At is { } here)
        {
            Happened(here, $"on {link.Program.Id} by link {link.Id}", true);
        }
    }

    internal void Updated(ModelLink link, ModelProgram old)
    {
        Notices.Add(new LinkUpdateNotice(new(link.Id), link.Type, new(old.Id), new(link.Program.Id))
        {
            BootNs = Next(), Tier = SensorTiers.Tracing, Actor = Actor(), Interface = link.At is { } at ? On(at) : null,
        });
        _left = old;
        if (old != link.Program)
        {
            Happened(link, $"given {link.Program.Id}", true);
            Happened(link.At!, $"{old.Id} replaced by {link.Program.Id}", true);
        }
    }

    internal void Detached(ModelLink link, ModelInterface at)
    {
        Notices.Add(new LinkDetachNotice(new(link.Id), link.Type, new(link.Program.Id), EndReason.Asked)
        {
            BootNs = Next(), Tier = SensorTiers.Tracing, Actor = Actor(), Interface = On(at),
        });
        Happened(at, $"off {link.Program.Id}", true);
        Happened(link, "detached", true);
    }

    internal void Set(ModelInterface at, ModelProgram? before, ModelProgram? after)
    {
        Notices.Add(new XdpSetNotice(On(at), at.Mode, before is null ? null : new(before.Id), after is null ? null : new(after.Id))
        {
            BootNs = Next(), Tier = SensorTiers.Tracing, Actor = Actor(),
        });
        _left = before;
        if (before != after)
        {
            Happened(at, before is null ? $"on {after!.Id} by netlink" : after is null ? $"off {before.Id}" : $"{before.Id} replaced by {after.Id}", true);
        }
    }

    internal void Pinned(object held, string path)
    {
        _pinned.Add(held);
        Notices.Add(new PinNotice(ModelLook.Kind(held), ModelLook.Id(held), new(path)) { BootNs = Next(), Tier = SensorTiers.Tracing, Actor = Actor() });
    }

    internal void Closing(ModelProcess by, object held, bool last)
    {
        By = by;
        _closed = held;
        Notices.Add(new DescriptorCloseNotice(ModelLook.Kind(held), ModelLook.Id(held), last) { BootNs = Next(), Tier = SensorTiers.Tracing, Actor = Actor() });
    }

    internal void Exited(ModelProcess process)
    {
        By = process;
        _exited = true;
        Notices.Add(new ProcessExitNotice(9) { BootNs = Next(), Tier = SensorTiers.Tracing, Actor = Actor() });
    }

    internal void Deleting(ModelInterface gone)
    {
        if (gone.InForce is { } program)
        {
            Happened(gone, $"off {program.Id}", false);
        }

        if (gone.Link is { } link)
        {
            Happened(link, "detached", false);
        }
    }

    // That a link goes with the last descriptor of it is plain only when one was closed that no pin stood beside: no tier here sees pins go, and
    // what a process held that ended is not known where no look had seen it.
    internal void Released(ModelLink link)
    {
        var seen = _closed == link && !_pinned.Contains(link);
        if (link.At is { } at)
        {
            Happened(at, $"off {link.Program.Id}", seen);
        }

        Happened(link, "released", seen);
    }

    // Now and then the kernel leaves it to a worker to free a program: then only a cause that was seen tells who it was.
    internal void Unloaded(ModelProgram program)
    {
        var worker = program.Id % 3 == 0;
        var seen = _closed == program || (_closed is ModelLink link && link.Program == program) || _left == program || (_exited && _makers[program] == By);
        if (program.InScope)
        {
            Deeds.Add(new(Told.Program(Truth.Key(kernel, program)), "unloaded", !worker || seen ? By?.Pid : null, true));
        }

        Notices.Add(new ProgramUnloadNotice(new(program.Id), Tag(program))
        {
            BootNs = Next(), Tier = SensorTiers.Perf, Actor = worker ? new Actor.Kernel("a worker freed it") : Actor(),
        });
    }

    private static ProgramTag Tag(ModelProgram program) => new(program.Name.PadLeft(16, '0'));

    private static NoticedInterface On(ModelInterface at) => new(new(at.Netns.Cookie), new(at.Netns.Inode), new(at.Index), at.Name);

    private void Happened(ModelProgram program, string what, bool seen)
    {
        if (program.InScope)
        {
            Happened(Told.Program(Truth.Key(kernel, program)), what, seen);
        }
    }

    private void Happened(ModelLink link, string what, bool seen) => Happened(Told.Link(new(link.Id)), what, seen);

    private void Happened(ModelInterface at, string what, bool seen) => Happened(Told.Place(new(at.Netns.Cookie), new(at.Index), at.Mode), what, seen);

    private void Happened(string subject, string what, bool seen) => Deeds.Add(new(subject, what, seen ? By?.Pid : null, seen));

    private Actor Actor() => By is { } by
        ? new Actor.Process(new() { Pid = by.Pid, StartTicks = by.StartTicks, Comm = "loader", Uid = 0 })
        : new Actor.Unknown("not seen");

    // The kernel takes its time for each.
    private ulong Next() => Last = Math.Max(Last, kernel.Uptime) + 2000;
}
