namespace XdpAudit.Core.Tests;

/// <summary>What a look would show now: lists that a test changes between looks. It begins with the auditor's own namespace and eth0 (2) in it.</summary>
internal sealed class Scene
{
    private Dictionary<(NetnsCookie, uint), ObservedInterface> _interfaces = [];

    internal Scene()
    {
        Netns(A.Own);
        Interface(2, "eth0");
    }

    internal BootId Boot { get; set; } = A.Boot;

    internal DateTimeOffset BootedAt { get; set; } = A.BootedAt;

    internal Dictionary<uint, ObservedProgram> Programs { get; } = [];

    internal Dictionary<uint, ObservedLink> Links { get; } = [];

    internal Dictionary<uint, ObservedMap> Maps { get; } = [];

    internal List<ObservedMapElement> Elements { get; } = [];

    internal Dictionary<NetnsCookie, ObservedNamespace> Namespaces { get; } = [];

    internal List<ObservedPin> Pins { get; } = [];

    internal List<ObservedDescriptor> Descriptors { get; } = [];

    internal ObservedProgram Program(uint id, ulong? loadedNs = null, uint[]? maps = null, string type = "xdp") =>
        Programs[id] = A.Program(id, loadedNs) with { Type = type, MapIds = [.. (maps ?? []).Select(m => new KernelMapId(m))] };

    /// <summary>A link on an interface, and the program in force there.</summary>
    internal void Link(uint id, uint program, uint index = 2, NetnsCookie? netns = null, XdpMode mode = XdpMode.Native)
    {
        var at = _interfaces[(netns ?? A.Own, index)];
        Links[id] = new() { Id = new(id), Type = "xdp", ProgramId = new(program), IfIndex = new(index), Netns = at.Netns, IfName = at.Name, Mode = mode };
        InForce(program, index, netns, mode);
    }

    /// <summary>A link that is detached: it stays, and what was in force by it is not.</summary>
    internal void Defunct(uint link)
    {
        if (Links[link] is { IfIndex.Value: > 0 } l && _interfaces.ContainsKey((l.Netns!.Value, l.IfIndex!.Value.Value)))
        {
            Free(l.IfIndex.Value.Value, l.Netns);
        }

        Links[link] = Links[link] with { IfIndex = new(0), Netns = null, IfName = null };
    }

    internal void InForce(uint program, uint index = 2, NetnsCookie? netns = null, XdpMode mode = XdpMode.Native) =>
        Change(index, netns, i => i with { Xdp = [new(mode, new(program))] });

    internal void Free(uint index = 2, NetnsCookie? netns = null) => Change(index, netns, i => i with { Xdp = [] });

    internal void Rename(uint index, string name) => Change(index, null, i => i with { Name = name });

    internal void Interface(uint index, string name, NetnsCookie? netns = null) =>
        _interfaces[(netns ?? A.Own, index)] = new() { Netns = netns ?? A.Own, IfIndex = new(index), Name = name };

    internal void NoInterface(uint index, NetnsCookie? netns = null) => _interfaces.Remove((netns ?? A.Own, index));

    internal void Netns(NetnsCookie cookie, bool complete = true)
    {
        var names = A.Names("", cookie);
        Namespaces[cookie] = new() { Cookie = cookie, Inode = names.NetnsInode!.Value, Name = names.NetnsName, Path = names.NetnsPath, Own = names.OwnNetns, Complete = complete };
    }

    internal void NoNetns(NetnsCookie cookie)
    {
        Namespaces.Remove(cookie);
        _interfaces = _interfaces.Where(i => i.Key.Item1 != cookie).ToDictionary();
    }

    internal void Map(uint id, string type = "prog_array") =>
        Maps[id] = new() { Id = new(id), Type = type, Name = $"m{id}", KeyBytes = 4, ValueBytes = 4, MaxEntries = 8, MemlockBytes = 4096 };

    internal void Pin(string path, ulong inode, string kind, uint id, bool hidden = false, string? reachedBy = null) => Pins.Add(new()
    {
        Path = new(path), Device = 40, Inode = inode, Kind = kind, ObjectId = id, ReachedBy = reachedBy ?? path, Hidden = hidden,
    });

    internal void Holds(int pid, string kind, uint id, int fd = 3) => Descriptors.Add(new() { Process = A.Process(pid), Fd = fd, Kind = kind, ObjectId = id });

    /// <summary>Everything is gone, as after a reboot.</summary>
    internal void Reboot(BootId boot, DateTimeOffset at)
    {
        (Boot, BootedAt) = (boot, at);
        Programs.Clear();
        Links.Clear();
        Maps.Clear();
        Elements.Clear();
        Pins.Clear();
        Descriptors.Clear();
        _interfaces = _interfaces.ToDictionary(i => i.Key, i => i.Value with { Xdp = [] });
    }

    internal Observation Look(string id, DateTimeOffset at, Missing missing) => new()
    {
        Id = id, Host = A.Host, Boot = Boot, StartedAt = at, FinishedAt = at.AddSeconds(1), BootedAt = BootedAt, KernelRelease = "6.18.0", Coverage = ModelLook.Covered(missing, false),
        Programs = [.. Programs.Values], Links = [.. Links.Values], Maps = [.. Maps.Values], MapElements = [.. Elements], Namespaces = [.. Namespaces.Values],
        Interfaces = [.. _interfaces.Values], Pins = [.. Pins], Descriptors = [.. Descriptors],
    };

    private void Change(uint index, NetnsCookie? netns, Func<ObservedInterface, ObservedInterface> change) =>
        _interfaces[(netns ?? A.Own, index)] = change(_interfaces[(netns ?? A.Own, index)]);
}
