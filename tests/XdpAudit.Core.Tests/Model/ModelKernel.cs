namespace XdpAudit.Core.Tests;

/// <summary>
/// What a kernel holds, as far as lifecycles go. References decide what lives: descriptors, pins, links, netlink attachments, map elements.
/// It proves what it was taught (facts of running kernels: a detached link stays and holds its program, a netlink attachment goes with its
/// interface, a link becomes defunct, ids come again, a link follows its interface), and nothing more.
/// </summary>
internal sealed class ModelKernel
{
    internal static readonly HostId Host = new("0123456789abcdef0123456789abcdef");

    private uint _nextMap = 1;
    private ulong _nextCookie = 4096;
    private ulong _nextInode = 100;
    private int _nextPid = 1000;

    internal ModelKernel(int boot, DateTimeOffset bootedAt)
    {
        BootNumber = boot;
        Boot = new($"{boot:x32}");
        Tiers = new(this);
        BootedAt = bootedAt;
        Own = AddNetns();
        AddInterface(Own, "eth0");
        AddInterface(Own, "eth1");
        AddInterface(AddNetns(), "eth0");
        AddProcess();
    }

    internal int BootNumber { get; }

    internal BootId Boot { get; }

    internal DateTimeOffset BootedAt { get; }

    internal ulong Uptime { get; private set; } = 1_000_000_000;

    /// <summary>How far the wall clock was set forward since the boot.</summary>
    internal TimeSpan ClockSet { get; set; }

    internal DateTimeOffset Now => BootedAt + ClockSet + TimeSpan.FromTicks((long)(Uptime / 100));

    internal uint NextProgram { get; set; } = 1;

    internal uint NextLink { get; set; } = 1;

    /// <summary>
    /// Link ids that are not given again. The kernel keeps no time of creation of a link: that an id was given again, after 2^31 others, while the
    /// link that had it was taken to be attached, cannot be told from what it says.
    /// </summary>
    internal Func<uint, bool> KeptLinkId { get; init; } = _ => false;

    /// <summary>What sensors see of it.</summary>
    internal ModelTiers Tiers { get; }

    internal ModelNetns Own { get; }

    internal List<ModelProgram> Programs { get; } = [];

    internal List<ModelLink> Links { get; } = [];

    internal List<ModelMap> Maps { get; } = [];

    internal List<ModelNetns> Namespaces { get; } = [];

    internal List<ModelInterface> Interfaces { get; } = [];

    internal List<ModelPin> Pins { get; } = [];

    internal List<ModelProcess> Processes { get; } = [];

    internal void Tick(ulong nanoseconds = 1_000_000_100) => Uptime += nanoseconds;

    /// <summary>Lets the time pass that what happened took.</summary>
    internal void Settle() => Uptime = Math.Max(Uptime, Tiers.Last);

    internal ModelProgram Load(ModelProcess by, string type, string name, ModelProgram? extends = null, ModelMap? map = null)
    {
        while (Programs.Any(p => p.Id == NextProgram))
        {
            NextProgram++;
        }

        var program = new ModelProgram { Id = NextProgram++, LoadedNs = Uptime, Type = type, Name = name, Extends = extends, Maps = map is null ? [] : [map] };
        Programs.Add(program);
        by.Held.Add(program);
        Tiers.Loaded(by, program);
        return program;
    }

    internal ModelLink? AttachLink(ModelProcess by, ModelProgram program, ModelInterface at, XdpMode mode)
    {
        if (program.Type != "xdp" || at.InForce is not null)
        {
            return null;
        }

        var link = NewLink(by, "xdp", program, mode);
        link.At = at;
        at.Link = link;
        at.Mode = mode;
        Tiers.Created(by, link);
        return link;
    }

    internal ModelLink AttachExtension(ModelProcess by, ModelProgram extension)
    {
        var link = NewLink(by, "tracing", extension, XdpMode.Unknown);
        Tiers.Created(by, link);
        return link;
    }

    internal bool AttachNetlink(ModelProgram program, ModelInterface at, XdpMode mode)
    {
        if (program.Type != "xdp" || at.Link is not null || (at.Netlink is not null && at.Mode != mode))
        {
            return false;
        }

        var before = at.Netlink;
        at.Netlink = program;
        at.Mode = mode;
        Tiers.Set(at, before, program);
        return true;
    }

    internal void DetachNetlink(ModelInterface at)
    {
        Tiers.Set(at, at.Netlink, null);
        at.Netlink = null;
    }

    internal void Update(ModelLink link, ModelProgram program)
    {
        var old = link.Program;
        link.Program = program;
        Tiers.Updated(link, old);
    }

    internal void Detach(ModelLink link)
    {
        if (link.At is { } at)
        {
            Tiers.Detached(link, at);
            TakeOff(link);
        }
    }

    /// <summary>A process closes one of its descriptors.</summary>
    internal void Close(ModelProcess by, int index)
    {
        var held = by.Held[index];
        by.Held.RemoveAt(index);
        Tiers.Closing(by, held, Processes.All(p => !p.Held.Contains(held)));
    }

    /// <summary>A process ends, and with it all its descriptors.</summary>
    internal void Kill(ModelProcess process)
    {
        Processes.Remove(process);
        Tiers.Exited(process);
    }

    internal ModelMap AddMap(ModelProcess by, string type)
    {
        var map = new ModelMap { Id = _nextMap++, Type = type };
        Maps.Add(map);
        by.Held.Add(map);
        return map;
    }

    internal ModelPin? Pin(object held, string path)
    {
        if (Pins.Any(p => p.Path == path && !p.Hidden))
        {
            return null;
        }

        var pin = new ModelPin { Path = path, Device = 40, Inode = _nextInode++, Object = held };
        Pins.Add(pin);
        Tiers.Pinned(held, path);
        return pin;
    }

    internal ModelProcess AddProcess()
    {
        var process = new ModelProcess { Pid = _nextPid++, StartTicks = Uptime / 10_000_000 };
        Processes.Add(process);
        return process;
    }

    internal ModelNetns AddNetns()
    {
        // The inode is the lowest that is free: the kernel gives it again at once.
        var inode = 4026532000UL;
        while (Namespaces.Any(n => n.Inode == inode))
        {
            inode++;
        }

        var netns = new ModelNetns { Cookie = _nextCookie++, Inode = inode };
        Namespaces.Add(netns);
        return netns;
    }

    internal ModelInterface AddInterface(ModelNetns netns, string name, uint? index = null)
    {
        while (Interfaces.Any(i => i.Netns == netns && i.Index == netns.NextIndex))
        {
            netns.NextIndex++;
        }

        var made = new ModelInterface { Netns = netns, Index = index ?? netns.NextIndex++, Name = name };
        Interfaces.Add(made);
        return made;
    }

    internal void Delete(ModelInterface gone)
    {
        Tiers.Deleting(gone);
        if (gone.Link is { } link)
        {
            TakeOff(link);
        }

        gone.Netlink = null;
        Interfaces.Remove(gone);
    }

    internal void Delete(ModelNetns gone)
    {
        foreach (var inside in Interfaces.Where(i => i.Netns == gone).ToList())
        {
            Delete(inside);
        }

        Namespaces.Remove(gone);
    }

    /// <summary>Moves an interface; it keeps its number unless that is taken.</summary>
    internal bool Move(ModelInterface moved, ModelNetns to, bool otherNumber)
    {
        if (moved.Netns == to || Interfaces.Any(i => i.Netns == to && i.Name == moved.Name))
        {
            return false;
        }

        if (otherNumber || Interfaces.Any(i => i.Netns == to && i.Index == moved.Index))
        {
            while (Interfaces.Any(i => i.Netns == to && i.Index == to.NextIndex))
            {
                to.NextIndex++;
            }

            moved.Index = to.NextIndex++;
        }

        moved.Netns = to;
        return true;
    }

    /// <summary>Frees what nothing refers to any more.</summary>
    internal void Reap()
    {
        bool freed;
        do
        {
            var held = Processes.SelectMany(p => p.Held).Concat(Pins.Select(p => p.Object)).ToHashSet();
            var links = Links.Where(l => !held.Contains(l)).ToList();
            links.ForEach(Tiers.Released);
            links.ForEach(TakeOff);
            Links.RemoveAll(links.Contains);
            held.UnionWith(Links.Select(l => l.Program));
            held.UnionWith(Interfaces.Select(i => i.Netlink).OfType<object>());
            held.UnionWith(Maps.SelectMany(m => m.Elements.Values));
            held.UnionWith(Programs.Select(p => p.Extends).OfType<object>());
            held.UnionWith(Programs.SelectMany(p => p.Maps));
            var programs = Programs.Where(p => !held.Contains(p)).ToList();
            programs.ForEach(Tiers.Unloaded);
            freed = links.Count + Programs.RemoveAll(programs.Contains) + Maps.RemoveAll(m => !held.Contains(m)) > 0;
        }
        while (freed);
    }

    private static void TakeOff(ModelLink link)
    {
        if (link.At is { } at)
        {
            at.Link = null;
            link.At = null;
        }
    }

    private ModelLink NewLink(ModelProcess by, string type, ModelProgram program, XdpMode mode)
    {
        while (Links.Any(l => l.Id == NextLink) || KeptLinkId(NextLink))
        {
            NextLink++;
        }

        var link = new ModelLink { Id = NextLink++, Type = type, Program = program, Mode = mode };
        Links.Add(link);
        by.Held.Add(link);
        return link;
    }
}
