using XdpAudit.Abstractions;

namespace XdpAudit.Testing;

/// <summary>Fixed builders: what was seen of a host, in the words of the tests. Times are counted from one fixed moment.</summary>
internal static class A
{
    internal static readonly HostId Host = new("h");
    internal static readonly BootId Boot = new("b");
    internal static readonly OperationId Ours = new("op1");
    internal static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The cookie of the auditor's own namespace.</summary>
    internal static readonly NetnsCookie Own = new(1);

    /// <summary>The cookie of the namespace named blue.</summary>
    internal static readonly NetnsCookie Blue = new(7);

    internal static DateTimeOffset Ago(double minutes) => Now.AddMinutes(-minutes);

    internal static ProgramKey Key(uint id) => new(Host, Boot, new(id), id * 1000UL);

    internal static AttachPointKey Point(uint ifIndex = 2, NetnsCookie? netns = null) => new(Host, Boot, netns ?? Own, new(ifIndex));

    internal static ProgramView Program(uint id, params HolderView[] holders) => new()
    {
        Key = Key(id),
        Id = new(id),
        Type = "xdp",
        Name = "filter",
        Tag = new($"{id:x16}"),
        LoadedAt = Ago(120),
        Uid = 0,
        State = ProgramStates.Retained,
        Holders = holders,
        Pins = [.. holders.OfType<HolderView.Pin>().Select(pin => pin.Path)],
        MemlockBytes = 4096,
        FirstSeen = Ago(120),
        UnattachedSince = Ago(65),
        FirstPosition = id,
        LastPosition = id + 100,
    };

    internal static ProgramView WasAt(this ProgramView program, string ifName, string why = "asked", double until = 65, uint ifIndex = 2, OperationId? by = null) => program with
    {
        FormerAttachments = [.. program.FormerAttachments, new() { AttachPoint = Point(ifIndex), IfName = ifName, Mode = XdpMode.Native, Until = Ago(until), Why = why, Operation = by }],
    };

    internal static ProgramView IsAt(this ProgramView program, string ifName, uint ifIndex = 2, uint? link = null, double since = 110) => program with
    {
        State = ProgramStates.Attached,
        UnattachedSince = null,
        Attachments = [.. program.Attachments, new() { LinkId = link is { } id ? new(id) : null, Netns = Own, IfIndex = new(ifIndex), IfName = ifName, Mode = XdpMode.Native, Since = Ago(since) }],
    };

    internal static LinkView Link(uint id, uint program, params HolderView[] holders) => new()
    {
        Key = new(Host, Boot, new(id), new(program), "xdp"),
        Id = new(id),
        Type = "xdp",
        State = LinkStates.Attached,
        ProgramId = new(program),
        Program = Key(program),
        ProgramName = "filter",
        AttachPoint = Point(),
        IfName = "eth0",
        Mode = XdpMode.Native,
        Holders = holders,
        Pins = [.. holders.OfType<HolderView.Pin>().Select(pin => pin.Path)],
        FirstSeen = Ago(110),
        FirstPosition = id,
        LastPosition = id + 100,
    };

    internal static LinkView Defunct(this LinkView link, string why = "asked") => link with { State = LinkStates.Defunct, DefunctSince = Ago(65), DefunctWhy = why };

    internal static AttachmentView Attachment(uint program, string ifName = "eth0", uint ifIndex = 2, uint? link = null) => new()
    {
        AttachPoint = Point(ifIndex),
        Netns = Own,
        OwnNetns = true,
        IfIndex = new(ifIndex),
        IfName = ifName,
        Mode = XdpMode.Native,
        ProgramId = new(program),
        Program = Key(program),
        ProgramName = "filter",
        By = link is null ? "netlink" : "link",
        LinkId = link is { } id ? new(id) : null,
        Since = Ago(65),
        FirstPosition = 50,
    };

    internal static AttachmentView InBlue(this AttachmentView attachment, string? name = "blue", string? path = null) => attachment with
    {
        AttachPoint = Point(attachment.IfIndex.Value, Blue),
        Netns = Blue,
        OwnNetns = false,
        NetnsName = name,
        NetnsPath = path,
    };

    internal static MapView Map(uint id, string type = "array", params HolderView[] holders) => new()
    {
        Key = new(Host, Boot, new(id), type),
        Id = new(id),
        Type = type,
        Name = "counters",
        Holders = holders,
        Pins = [.. holders.OfType<HolderView.Pin>().Select(pin => pin.Path)],
        MemlockBytes = 8192,
        UnusedSince = Ago(65),
        FirstSeen = Ago(120),
        FirstPosition = id,
        LastPosition = id + 100,
    };

    internal static HolderView.Pin Pin(string path, string? reachedBy = null, bool hidden = false) => new() { Path = new(path), ReachedBy = reachedBy ?? path, Hidden = hidden };

    internal static HolderView.Descriptor Fd(int pid, string comm = "loader", int fd = 5, ulong? start = 4711) =>
        new() { Process = new() { Pid = pid, StartTicks = start, Comm = comm }, Fd = fd };

    internal static HolderView.Descriptor AuditorFd() => new() { Process = new() { Pid = 99, StartTicks = 12, Comm = "xdpaudit" }, Fd = 9, Auditor = true };

    internal static HolderView.Link Held(LinkView link) => new() { Key = link.Key, Id = link.Id, Defunct = link.State == LinkStates.Defunct };

    internal static HolderView.Netlink Netlink(string ifName = "eth0") => new() { AttachPoint = Point(), IfName = ifName, Mode = XdpMode.Native };

    internal static HolderView.MapElement Element(uint map, uint index, string type = "prog_array") => new() { MapId = new(map), MapType = type, Index = index };

    internal static ReplacedView Replaced(uint old, string name = "guard", uint uid = 0, ProgramTag? tag = null) => new()
    {
        OldProgram = Key(old),
        OldName = name,
        OldTag = tag ?? new($"{old:x16}"),
        OldUid = uid,
        At = Ago(65),
        Position = 77,
    };

    internal static Coverage Coverage(params string[] incomplete)
    {
        PartCoverage Part(string name) => incomplete.Contains(name)
            ? new() { Complete = false, Method = "test", Gaps = [new() { What = $"open {name} of pid 1", Why = "EACCES" }] }
            : new() { Complete = true, Method = "test" };
        return new()
        {
            Programs = Part("programs"),
            Links = Part("links"),
            Maps = Part("maps"),
            Namespaces = Part("namespaces"),
            Attachments = Part("attachments"),
            Pins = Part("pins"),
            Holders = Part("holders"),
        };
    }

    internal static HostView View(params object[] objects) => new()
    {
        Host = Host,
        Boot = Boot,
        At = Now,
        Position = 500,
        Coverage = objects.OfType<Coverage>().FirstOrDefault() ?? Coverage(),
        Programs = [.. objects.OfType<ProgramView>()],
        Links = [.. objects.OfType<LinkView>()],
        Attachments = [.. objects.OfType<AttachmentView>()],
        Maps = [.. objects.OfType<MapView>()],
        Operations = [.. objects.OfType<OperationView>()],
    };
}
