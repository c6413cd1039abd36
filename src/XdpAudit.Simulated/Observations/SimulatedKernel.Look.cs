using XdpAudit.Abstractions;

namespace XdpAudit.Simulated;

public sealed partial class SimulatedKernel
{
    private const ulong MountNamespace = 4026531841;

    internal IReadOnlyList<ObservedProgram> LookAtPrograms()
    {
        lock (_gate)
        {
            return
            [
                .. _programs.Values.Select(p => new ObservedProgram
                {
                    Id = new(p.Id),
                    Type = "xdp",
                    Name = p.Name,
                    Tag = new ProgramTag(p.Tag),
                    LoadedNs = p.LoadedNs,
                    Uid = p.Uid,
                    GplCompatible = true,
                    BytesXlated = 64,
                    MemlockBytes = 4096,
                    MapIds = [.. p.Maps.Select(m => new KernelMapId(m))],
                }),
            ];
        }
    }

    internal IReadOnlyList<ObservedLink> LookAtLinks()
    {
        lock (_gate)
        {
            return
            [
                .. _links.Values.Select(l => new ObservedLink
                {
                    Id = new(l.Id),
                    Type = "xdp",
                    ProgramId = new(l.Program),
                    IfIndex = new IfIndex(l.Device?.Index ?? 0),
                    Netns = l.Device is { } in1 ? new NetnsCookie(in1.Netns.Cookie) : null,
                    NetnsInode = l.Device is { } in2 ? new NetnsInode(Inode(in2.Netns)) : null,
                    IfName = l.Device?.Name,
                    Mode = l.Asked,
                }),
            ];
        }
    }

    internal (IReadOnlyList<ObservedMap> Maps, IReadOnlyList<ObservedMapElement> Elements) LookAtMaps()
    {
        lock (_gate)
        {
            return (
                [.. _maps.Values.Select(m => new ObservedMap { Id = new(m.Id), Type = m.Type, Name = m.Name, KeyBytes = 4, ValueBytes = 8, MaxEntries = 1, MemlockBytes = 4096 })],
                [.. _maps.Values.SelectMany(m => m.Elements.Select(e => new ObservedMapElement(new(m.Id), e.Key, new(e.Value))))]);
        }
    }

    internal IReadOnlyList<ObservedNamespace> LookAtNamespaces()
    {
        lock (_gate)
        {
            return
            [
                .. _namespaces.Values.Select(n => new ObservedNamespace
                {
                    Cookie = new(n.Cookie),
                    Inode = new(Inode(n)),
                    Name = n.Name.Length == 0 ? null : n.Name,
                    Path = n.Path ?? "/proc/self/ns/net",
                    Own = n.Cookie == OwnNetns.Value,
                    Complete = true,
                }),
            ];
        }
    }

    internal IReadOnlyList<ObservedInterface> LookAtInterfaces()
    {
        lock (_gate)
        {
            return
            [
                .. Devices().Select(d => new ObservedInterface
                {
                    Netns = new(d.Netns.Cookie),
                    IfIndex = new(d.Index),
                    Name = d.Name,
                    Kind = d.Kind,
                    Up = true,
                    Xdp = Xdp(d),
                }),
            ];
        }
    }

    internal IReadOnlyList<ObservedPin> LookAtPins()
    {
        lock (_gate)
        {
            return
            [
                .. _pins.Select(p => new ObservedPin
                {
                    Path = new(p.Key),
                    Device = 25,
                    Inode = p.Value.Inode,
                    Kind = p.Value.Kind,
                    ObjectId = p.Value.Id,
                    MountNamespace = MountNamespace,
                    ReachedBy = p.Key,
                }),
            ];
        }
    }

    internal IReadOnlyList<ObservedDescriptor> LookAtDescriptors()
    {
        lock (_gate)
        {
            return
            [
                .. _descriptors
                    .GroupBy(d => (d.Pid, d.Kind, d.Id))
                    .Select(g => new ObservedDescriptor { Process = _processes[g.Key.Pid], Fd = g.Min(d => d.Fd), Kind = g.Key.Kind, ObjectId = g.Key.Id }),
            ];
        }
    }

    // Inodes are given again at once on a real kernel; here they follow the cookie, which nothing may rely on.
    private static ulong Inode(Namespace netns) => 4026532000 + netns.Cookie % 8;
}
