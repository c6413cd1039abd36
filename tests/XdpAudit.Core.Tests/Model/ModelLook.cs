namespace XdpAudit.Core.Tests;

/// <summary>The parts of a look that may be incomplete.</summary>
[Flags]
internal enum Missing
{
    Nothing = 0,
    Programs = 1,
    Links = 2,
    Maps = 4,
    Namespaces = 8,
    Attachments = 16,
    Pins = 32,
    Holders = 64,
}

/// <summary>
/// Looks at the model as the observer looks at a kernel: holders, pins, interfaces, maps, links, programs, in this order, while it lives on.
/// Of an incomplete part some of the list is missing, which and how much is told by a number.
/// </summary>
internal static class ModelLook
{
    internal const int Pauses = 5;

    internal static Observation At(Func<ModelKernel> kernel, string id, Missing missing, int salt, bool idWalk, Action<int>? meanwhile = null)
    {
        var (started, startedNs) = (kernel().Now, kernel().Uptime);
        var descriptors = Some(Descriptors(kernel()), missing.HasFlag(Missing.Holders), salt);
        meanwhile?.Invoke(0);
        var pins = Some(Pins(kernel()), missing.HasFlag(Missing.Pins), salt + 1);
        meanwhile?.Invoke(1);
        var (namespaces, interfaces) = Places(kernel(), missing, salt);
        meanwhile?.Invoke(2);
        var maps = Some(Maps(kernel()), missing.HasFlag(Missing.Maps), salt + 2);
        List<ObservedMapElement> elements =
            [.. from m in kernel().Maps from e in m.Elements where maps.Any(s => s.Id.Value == m.Id) select new ObservedMapElement(new(m.Id), e.Key, new(e.Value.Id))];
        meanwhile?.Invoke(3);
        var links = Some(Links(kernel(), idWalk), missing.HasFlag(Missing.Links), salt + 3);
        meanwhile?.Invoke(4);
        var programs = Some(Programs(kernel()), missing.HasFlag(Missing.Programs), salt + 4);
        return new()
        {
            Id = id, Host = ModelKernel.Host, Boot = kernel().Boot, StartedAt = started, StartedBootNs = startedNs, FinishedAt = kernel().Now, BootedAt = kernel().BootedAt,
            KernelRelease = "6.18.0", Coverage = Covered(missing, idWalk), Programs = programs, Links = links, Maps = maps, MapElements = elements,
            Namespaces = namespaces, Interfaces = interfaces, Pins = pins, Descriptors = descriptors,
        };
    }

    internal static Coverage Covered(Missing missing, bool idWalk)
    {
        return new()
        {
            Programs = Part(Missing.Programs, "iterator"), Links = Part(Missing.Links, idWalk ? "id-walk" : "iterator"), Maps = Part(Missing.Maps, "iterator"),
            Namespaces = Part(Missing.Namespaces, "proc"), Attachments = Part(Missing.Attachments, "rtnetlink"), Pins = Part(Missing.Pins, "bpffs-walk"),
            Holders = Part(Missing.Holders, "iterator"),
        };

        PartCoverage Part(Missing part, string method) => new()
        {
            Complete = !missing.HasFlag(part), Method = method, Gaps = missing.HasFlag(part) ? [new() { What = $"read {part}", Why = "refused", Errno = 1 }] : [],
        };
    }

    private static List<T> Some<T>(IEnumerable<T> all, bool cut, int salt) =>
        cut ? [.. all.Where((_, i) => (salt + (i * 7)) % 3 != 0)] : [.. all];

    private static (List<ObservedNamespace>, List<ObservedInterface>) Places(ModelKernel kernel, Missing missing, int salt)
    {
        var seen = Some(kernel.Namespaces, missing.HasFlag(Missing.Namespaces), salt + 5);
        var cut = missing.HasFlag(Missing.Attachments) ? seen.Where((_, i) => (salt + i) % 2 == 0).ToHashSet() : [];
        return (
            [.. seen.Select(n => new ObservedNamespace
            {
                Cookie = new(n.Cookie), Inode = new(n.Inode), Name = n == kernel.Own ? null : $"ns{n.Cookie}", Own = n == kernel.Own, Complete = !cut.Contains(n),
            })],
            [.. seen.SelectMany(n => Some(kernel.Interfaces.Where(i => i.Netns == n), cut.Contains(n), salt + 6)).Select(i => new ObservedInterface
            {
                Netns = new(i.Netns.Cookie), IfIndex = new(i.Index), Name = i.Name, Kind = "veth", Up = true,
                Xdp = i.InForce is { } p ? [new(i.Mode, new(p.Id))] : [],
            })]);
    }

    private static IEnumerable<ObservedProgram> Programs(ModelKernel kernel) => kernel.Programs.Select(p => new ObservedProgram
    {
        Id = new(p.Id), Type = p.Type, Name = p.Name, Tag = new(p.Name.PadLeft(16, '0')), LoadedNs = p.LoadedNs, Uid = 0, MemlockBytes = 4096,
        MapIds = [.. p.Maps.Select(m => new KernelMapId(m.Id))], Extends = p.Extends is { } e ? new(e.Id) : null,
    });

    private static IEnumerable<ObservedLink> Links(ModelKernel kernel, bool idWalk) => kernel.Links.Select(l => new ObservedLink
    {
        Id = new(l.Id), Type = l.Type, ProgramId = new(l.Program.Id), IfIndex = l.Type == "xdp" ? new(l.At?.Index ?? 0) : null,
        Netns = !idWalk && l.At is { } at ? new(at.Netns.Cookie) : null, NetnsInode = !idWalk && l.At is { } a ? new(a.Netns.Inode) : null,
        IfName = idWalk ? null : l.At?.Name, Mode = l.Type != "xdp" || idWalk ? null : l.Mode,
        TargetProgramId = l.Program.Extends is { } target ? new(target.Id) : null,
    });

    private static IEnumerable<ObservedMap> Maps(ModelKernel kernel) => kernel.Maps.Select(m => new ObservedMap
    {
        Id = new(m.Id), Type = m.Type, Name = $"map{m.Id}", KeyBytes = 4, ValueBytes = 4, MaxEntries = 8, MemlockBytes = 4096,
    });

    private static IEnumerable<ObservedPin> Pins(ModelKernel kernel) => kernel.Pins.Select(p => new ObservedPin
    {
        Path = new(p.Path), Device = p.Device, Inode = p.Inode, Kind = Kind(p.Object), ObjectId = Id(p.Object), MountNamespace = 1, ReachedBy = p.Path, Hidden = p.Hidden,
    });

    private static IEnumerable<ObservedDescriptor> Descriptors(ModelKernel kernel) =>
        from process in kernel.Processes
        from held in process.Held.Select((o, fd) => (Object: o, Fd: fd + 3)).GroupBy(h => h.Object)
        select new ObservedDescriptor
        {
            Process = new() { Pid = process.Pid, StartTicks = process.StartTicks, Comm = "loader", Uid = 0 },
            Fd = held.Min(h => h.Fd), Kind = Kind(held.Key), ObjectId = Id(held.Key),
        };

    internal static string Kind(object held) => held switch
    {
        ModelProgram => ObjectKind.Program,
        ModelLink => ObjectKind.Link,
        _ => ObjectKind.Map,
    };

    internal static uint Id(object held) => held switch
    {
        ModelProgram p => p.Id,
        ModelLink l => l.Id,
        _ => ((ModelMap)held).Id,
    };
}
