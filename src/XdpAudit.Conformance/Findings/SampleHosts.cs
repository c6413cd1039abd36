using XdpAudit.Abstractions;

namespace XdpAudit.Conformance;

/// <summary>Hosts as the auditor would show them to a detector. Times are counted from one fixed moment; ids and names are made up.</summary>
public static class SampleHosts
{
    private static readonly HostId Host = new("0123456789abcdef0123456789abcdef");
    private static readonly BootId Boot = new("7d9e3f0a6f0e4c539d0f3a1f2b4c5d6e");
    private static readonly NetnsCookie Own = new(1);
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 3, 12, 0, TimeSpan.Zero);

    /// <summary>Nothing of BPF is on it.</summary>
    public static HostView Empty { get; } = new() { Host = Host, Boot = Boot, At = Now, Position = 900, Coverage = Complete(true) };

    /// <summary>It was never looked at.</summary>
    public static HostView Unseen { get; } = new() { Host = Host, At = Now, Position = 0 };

    /// <summary>One program in force by a link, as its loader meant it: both are held by the loader, which still runs.</summary>
    public static HostView Orderly { get; } = Orderliness("guard", "eth0");

    /// <summary>What an attacker can choose of the same: names that would break a line, a quote or a terminal.</summary>
    public static HostView Hostile { get; } = Orderliness("a'\"$(id)`id`\n\u001b[2J\u202e", "e';reboot;'\u0007") with
    {
        Programs = [Program(17, "\u001b]0;x\u0007'; rm -rf / #\r\n", Pin("/sys/fs/bpf/a b\n'$(x)\u202e"))],
    };

    /// <summary>Much of what goes wrong: programs that are left, a defunct link, an attachment of nobody, a map of nobody, a pin that is covered.</summary>
    public static HostView Disorderly { get; } = Empty with
    {
        Programs =
        [
            Program(21, "left", Pin("/sys/fs/bpf/left")) with { FormerAttachments = [new() { AttachPoint = Point(2), IfName = "eth0", Mode = XdpMode.Native, Until = Ago(60), Why = "asked" }] },
            Program(22, "spare", Pin("/sys/fs/bpf/spare")),
            Program(23, "slot", new HolderView.MapElement { MapId = new(5), MapType = "prog_array", Index = 0 }),
            Program(24, "lost"),
            Program(25, "linked", new HolderView.Link { Key = LinkKey(31, 25), Id = new(31), Defunct = true }),
            Attached(Program(26, "nobodys", new HolderView.Netlink { AttachPoint = Point(3), IfName = "eth1", Mode = XdpMode.Generic }), 3, "eth1", null),
            Program(27, "covered", new HolderView.Pin { Path = new("/sys/fs/bpf/covered"), ReachedBy = "/sys/fs/bpf/covered", Hidden = true }),
        ],
        Links = [Link(31, 25, Descriptor(4243)) with { State = LinkStates.Defunct, DefunctSince = Ago(60), DefunctWhy = "interface-gone" }],
        Attachments = [Attachment(26, 3, "eth1", null) with { Mode = XdpMode.Generic }],
        Maps = [Map(5, "prog_array", Pin("/sys/fs/bpf/slots")) with { Keeps = [new(23)] }, Map(6, "hash", Descriptor(4243)) with { UnusedSince = Ago(60) }],
    };

    /// <summary>The same objects, and of each only what always is known.</summary>
    public static HostView Bare { get; } = Disorderly with
    {
        Coverage = null,
        Programs = [.. Disorderly.Programs.Select(p => new ProgramView { Key = p.Key, Id = p.Id, Type = p.Type, Name = "", LoadedAt = p.LoadedAt, State = ProgramStates.Unknown, FirstSeen = p.FirstSeen })],
        Links = [.. Disorderly.Links.Select(l => new LinkView { Key = l.Key, Id = l.Id, Type = l.Type, State = LinkStates.Unknown, ProgramId = l.ProgramId, FirstSeen = l.FirstSeen })],
        Maps = [.. Disorderly.Maps.Select(m => new MapView { Key = m.Key, Id = m.Id, Type = m.Type, Name = "", FirstSeen = m.FirstSeen })],
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<HostView> All { get; } = [Empty, Unseen, Orderly, Hostile, Disorderly, Bare, Disorderly with { Coverage = Complete(false) }];

    /// <summary>Coverage of a look, each part of which was seen to the end or was not.</summary>
    public static Coverage Complete(bool complete)
    {
        var part = new PartCoverage { Complete = complete, Method = "sample", Gaps = complete ? [] : [new() { What = "open descriptor table of pid 1", Why = "EACCES", Errno = 13 }] };
        return new() { Programs = part, Links = part, Maps = part, Namespaces = part, Attachments = part, Pins = part, Holders = part };
    }

    private static HostView Orderliness(string program, string ifName) => Empty with
    {
        Programs = [Attached(Program(17, program, Descriptor(4242), new HolderView.Link { Key = LinkKey(30, 17), Id = new(30) }), 2, ifName, new(30))],
        Links = [Link(30, 17, Descriptor(4242)) with { IfName = ifName, ProgramName = program }],
        Attachments = [Attachment(17, 2, ifName, new(30)) with { ProgramName = program }],
    };

    private static DateTimeOffset Ago(double minutes) => Now.AddMinutes(-minutes);

    private static ProgramKey Key(uint id) => new(Host, Boot, new(id), id * 1000UL);

    private static LinkKey LinkKey(uint id, uint program) => new(Host, Boot, new(id), new(program), "xdp");

    private static AttachPointKey Point(uint ifIndex) => new(Host, Boot, Own, new(ifIndex));

    private static ProcessIdentity Process(int pid) => new() { Pid = pid, StartTicks = 4711, Comm = "loader", Exe = "/usr/bin/loader", Uid = 0, Cgroup = "/system.slice/loader.service" };

    private static HolderView.Descriptor Descriptor(int pid) => new() { Process = Process(pid), Fd = 5 };

    private static HolderView.Pin Pin(string path) => new() { Path = new(path), ReachedBy = path };

    private static ProgramView Program(uint id, string name, params HolderView[] holders) => new()
    {
        Key = Key(id), Id = new(id), Type = "xdp", Name = name, Tag = new($"{id:x16}"), LoadedAt = Ago(120), Uid = 0, LoadedBy = Process(4242), State = ProgramStates.Retained,
        Holders = holders, Pins = [.. holders.OfType<HolderView.Pin>().Select(pin => pin.Path)], MemlockBytes = 4096, FirstSeen = Ago(120), UnattachedSince = Ago(60),
        FirstPosition = id, LastPosition = id + 100,
    };

    private static ProgramView Attached(ProgramView program, uint ifIndex, string ifName, KernelLinkId? link) => program with
    {
        State = ProgramStates.Attached,
        UnattachedSince = null,
        Attachments = [new() { LinkId = link, Netns = Own, IfIndex = new(ifIndex), IfName = ifName, Mode = XdpMode.Native, Since = Ago(110) }],
    };

    private static LinkView Link(uint id, uint program, params HolderView[] holders) => new()
    {
        Key = LinkKey(id, program), Id = new(id), Type = "xdp", State = LinkStates.Attached, ProgramId = new(program), Program = Key(program), ProgramName = "guard",
        AttachPoint = Point(2), IfName = "eth0", Mode = XdpMode.Native, Holders = holders, FirstSeen = Ago(110), FirstPosition = id, LastPosition = id + 100,
    };

    private static AttachmentView Attachment(uint program, uint ifIndex, string ifName, KernelLinkId? link) => new()
    {
        AttachPoint = Point(ifIndex), Netns = Own, OwnNetns = true, IfIndex = new(ifIndex), IfName = ifName, Mode = XdpMode.Native, ProgramId = new(program), Program = Key(program),
        ProgramName = "guard", By = link is null ? "netlink" : "link", LinkId = link, Since = Ago(60), AttachedBy = Process(4242), FirstPosition = 50,
    };

    private static MapView Map(uint id, string type, params HolderView[] holders) => new()
    {
        Key = new(Host, Boot, new(id), type), Id = new(id), Type = type, Name = "slots", Holders = holders, Pins = [.. holders.OfType<HolderView.Pin>().Select(pin => pin.Path)],
        MemlockBytes = 8192, FirstSeen = Ago(120), FirstPosition = id, LastPosition = id + 100,
    };
}
