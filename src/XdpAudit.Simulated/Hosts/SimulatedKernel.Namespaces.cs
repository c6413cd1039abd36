using XdpAudit.Abstractions;

namespace XdpAudit.Simulated;

public sealed partial class SimulatedKernel
{
    private readonly SortedDictionary<ulong, Namespace> _namespaces = [];

    // Cookies are never given again, not even after a reboot of the simulation: a test that mixes two boots up fails.
    private ulong _cookies = 4096;

    private sealed record Namespace(ulong Cookie, string Name)
    {
        internal SortedDictionary<uint, Device> Devices { get; } = [];

        internal uint LastIndex { get; set; } = 1;

        internal string? Path => Name.Length == 0 ? null : "/run/netns/" + Name;
    }

    private sealed class Device
    {
        internal required Namespace Netns { get; set; }
        internal required uint Index { get; set; }
        internal required string Name { get; set; }
        internal required string Kind { get; init; }
        internal required bool Native { get; init; }
        internal SortedDictionary<XdpMode, Attached> Attached { get; } = [];
    }

    /// <summary>Makes a network namespace that can be entered by <c>/run/netns/NAME</c>.</summary>
    public NetnsCookie AddNetns(string name)
    {
        lock (_gate)
        {
            var cookie = _cookies++;
            _namespaces.Add(cookie, new(cookie, name));
            return new(cookie);
        }
    }

    /// <summary>Makes an interface and returns how requests name it.</summary>
    /// <param name="netns">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="kind">For example <c>veth</c>, or <c>bridge</c>.</param>
    /// <param name="native">The driver can run programs; a bridge's cannot.</param>
    /// <param name="ifIndex">Its number; the next free one unless given.</param>
    public InterfaceRef AddInterface(NetnsCookie netns, string name, string kind = "veth", bool? native = null, uint? ifIndex = null)
    {
        lock (_gate)
        {
            var into = _namespaces[netns.Value];
            var device = new Device { Netns = into, Index = ifIndex ?? FreeIndex(into), Name = name, Kind = kind, Native = native ?? kind == "veth" };
            into.Devices.Add(device.Index, device);
            return Ref(device);
        }
    }

    /// <summary>The interface as requests name it now; null when there is none of that name.</summary>
    public InterfaceRef? Interface(NetnsCookie netns, string name)
    {
        lock (_gate)
        {
            return _namespaces.TryGetValue(netns.Value, out var there) && there.Devices.Values.FirstOrDefault(d => d.Name == name) is { } device ? Ref(device) : null;
        }
    }

    /// <summary>What is in force at an interface, read as rtnetlink tells it; null when the interface is gone.</summary>
    public IReadOnlyList<ObservedXdp>? InForce(InterfaceRef at)
    {
        lock (_gate)
        {
            return DeviceAt(at) is { } device ? Xdp(device) : null;
        }
    }

    /// <summary>Renames an interface; attachments stay.</summary>
    public InterfaceRef RenameInterface(InterfaceRef at, string name)
    {
        lock (_gate)
        {
            var device = DeviceAt(at) ?? throw new ArgumentException($"no interface {at.IfIndex} in {at.Netns}");
            device.Name = name;
            return Ref(device);
        }
    }

    /// <summary>Moves an interface to another namespace; attachments stay, and the number too unless it is taken there.</summary>
    public InterfaceRef MoveInterface(InterfaceRef at, NetnsCookie to)
    {
        lock (_gate)
        {
            var device = DeviceAt(at) ?? throw new ArgumentException($"no interface {at.IfIndex} in {at.Netns}");
            var into = _namespaces[to.Value];
            device.Netns.Devices.Remove(device.Index);
            device.Netns = into;
            device.Index = into.Devices.ContainsKey(device.Index) ? FreeIndex(into) : device.Index;
            into.Devices.Add(device.Index, device);
            return Ref(device);
        }
    }

    /// <summary>Deletes an interface: links at it become defunct, a netlink attachment goes.</summary>
    public void DeleteInterface(InterfaceRef at)
    {
        lock (_gate)
        {
            if (DeviceAt(at) is { } device)
            {
                Delete(device);
                Sweep();
            }
        }
    }

    /// <summary>Deletes a namespace with all its interfaces.</summary>
    public void DeleteNetns(NetnsCookie netns)
    {
        lock (_gate)
        {
            if (_namespaces.TryGetValue(netns.Value, out var there))
            {
                foreach (var device in there.Devices.Values.ToList())
                {
                    Delete(device);
                }

                _namespaces.Remove(netns.Value);
                Sweep();
            }
        }
    }

    /// <summary>The cookie of the namespace a path leads to, null for the own one; null when nothing is there.</summary>
    public NetnsCookie? Enter(string? path)
    {
        lock (_gate)
        {
            return path is null ? OwnNetns
                : _namespaces.Values.FirstOrDefault(n => n.Path == path) is { } there ? new NetnsCookie(there.Cookie)
                : null;
        }
    }

    /// <summary>The interface's present name; null when it is gone.</summary>
    public string? NameOf(InterfaceRef at)
    {
        lock (_gate)
        {
            return DeviceAt(at)?.Name;
        }
    }

    private static uint FreeIndex(Namespace netns)
    {
        do
        {
            netns.LastIndex++;
        }
        while (netns.Devices.ContainsKey(netns.LastIndex));
        return netns.LastIndex;
    }

    private static InterfaceRef Ref(Device device) => new()
    {
        Netns = new(device.Netns.Cookie),
        NetnsPath = device.Netns.Path,
        IfIndex = new(device.Index),
        Name = device.Name,
    };

    private static void Delete(Device device)
    {
        foreach (var attached in device.Attached.Values)
        {
            attached.Link?.Device = null;
        }

        device.Attached.Clear();
        device.Netns.Devices.Remove(device.Index);
    }

    private IEnumerable<Device> Devices() => _namespaces.Values.SelectMany(n => n.Devices.Values);

    private Device? DeviceAt(InterfaceRef at) => _namespaces.TryGetValue(at.Netns.Value, out var netns) && netns.Devices.TryGetValue(at.IfIndex.Value, out var device) ? device : null;
}
