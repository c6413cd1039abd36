using XdpAudit.Abstractions;
using static XdpAudit.Plugins.Errnos;

namespace XdpAudit.Simulated;

public sealed partial class SimulatedKernel
{
    private readonly SortedDictionary<uint, Link> _links = [];
    private Ids _linkIds;

    private sealed class Link
    {
        internal required uint Id { get; init; }
        internal required uint Program { get; set; }
        internal required XdpMode Asked { get; init; }

        /// <summary>Null once detached, or when the interface is gone: defunct.</summary>
        internal Device? Device { get; set; }
    }

    /// <summary>The ids of all links, ascending.</summary>
    public IReadOnlyList<KernelLinkId> Links
    {
        get
        {
            lock (_gate)
            {
                return [.. _links.Keys.Select(id => new KernelLinkId(id))];
            }
        }
    }

    /// <summary>A process that is not ours attaches a program by a link and keeps a descriptor of the link.</summary>
    public KernelLinkId AttachLinkForeign(ProgramRef program, InterfaceRef at, int holderPid, XdpMode mode = XdpMode.Unknown)
    {
        var (errno, link) = CreateLink(program.Id, at, mode, holderPid);
        Demand((errno, null));
        return link;
    }

    /// <summary>Somebody detaches a link by its id: it stays, defunct, with whoever holds it.</summary>
    public void DetachLinkForeign(KernelLinkId link) => DetachLink(link);

    /// <summary>Somebody replaces the program of a link.</summary>
    public void UpdateLinkForeign(KernelLinkId link, ProgramRef program) => Demand((UpdateLink(link, program.Id, null), null));

    /// <summary>BPF_LINK_CREATE. A refused one uses up an id all the same.</summary>
    public (int Errno, KernelLinkId Link) CreateLink(KernelProgramId program, InterfaceRef at, XdpMode mode, int pid)
    {
        lock (_gate)
        {
            if (!_programs.ContainsKey(program.Value) || DeviceAt(at) is not { } device)
            {
                return (Einval, default);
            }

            var link = new Link { Id = _linkIds.Next(_links.ContainsKey), Program = program.Value, Asked = mode, Device = device };
            var (errno, _) = Attach(device, program.Value, link, mode, false, null);
            if (errno != 0)
            {
                return (errno, default);
            }

            _links.Add(link.Id, link);
            Hold(pid, ObjectKind.Link, link.Id);
            return (0, new(link.Id));
        }
    }

    /// <summary>BPF_LINK_UPDATE: ENOLINK when defunct, EPERM when the old program is another than expected.</summary>
    public int UpdateLink(KernelLinkId id, KernelProgramId program, KernelProgramId? expected)
    {
        lock (_gate)
        {
            if (!_links.TryGetValue(id.Value, out var link))
            {
                return Enoent;
            }

            if (link.Device is not { } device)
            {
                return Enolink;
            }

            if (expected is { } old && old.Value != link.Program)
            {
                return Eperm;
            }

            link.Program = program.Value;
            var mode = device.Attached.First(a => a.Value.Link == link).Key;
            device.Attached[mode] = new(program.Value, link);
            Sweep();
            return 0;
        }
    }

    /// <summary>BPF_LINK_DETACH: done again it is a success too. False when there is no such link.</summary>
    public bool DetachLink(KernelLinkId id)
    {
        lock (_gate)
        {
            if (!_links.TryGetValue(id.Value, out var link))
            {
                return false;
            }

            Disconnect(link);
            return true;
        }
    }

    /// <summary>The link's program and interface number, 0 when defunct; null when there is no such link.</summary>
    public (KernelProgramId Program, uint IfIndex)? Find(KernelLinkId id)
    {
        lock (_gate)
        {
            return _links.TryGetValue(id.Value, out var link) ? (new(link.Program), link.Device?.Index ?? 0) : null;
        }
    }

    /// <summary>The link that holds what is in force at an interface in a mode; null where netlink does, or nothing is.</summary>
    public KernelLinkId? LinkAt(InterfaceRef at, XdpMode mode)
    {
        lock (_gate)
        {
            return DeviceAt(at)?.Attached.GetValueOrDefault(mode)?.Link is { } link ? new KernelLinkId(link.Id) : null;
        }
    }

    /// <summary>What is at an interface, with what holds it there, for messages.</summary>
    internal IReadOnlyList<InForce> Describe(InterfaceRef at)
    {
        lock (_gate)
        {
            return DeviceAt(at) is not { } device
                ? []
                : [.. device.Attached.Select(a => new InForce(a.Key, new(a.Value.Program), _programs[a.Value.Program].Name, a.Value.Link is { } link ? $"link {link.Id}" : "netlink"))];
        }
    }

    private static void Disconnect(Link link)
    {
        if (link.Device is { } device)
        {
            device.Attached.Remove(device.Attached.First(a => a.Value.Link == link).Key);
            link.Device = null;
        }
    }
}
