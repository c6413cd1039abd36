namespace XdpAudit.Core.Bench;

/// <summary>Hosts of any size: each program attached to an interface of its own by a pinned link, held by one of ten processes.</summary>
internal static class Hosts
{
    private static readonly DateTimeOffset Moment = new(2026, 3, 1, 3, 12, 0, TimeSpan.Zero);

    /// <summary>A look at a host of a size, of which the first few programs were loaded anew.</summary>
    internal static Observation Seen(int size, int anew)
    {
        var ids = Enumerable.Range(1, size).Select(i => (Place: (uint)i, Id: (uint)(i <= anew ? size + i : i))).ToList();
        return new()
        {
            Id = "look",
            Host = new("0123456789abcdef0123456789abcdef"),
            Boot = new("fedcba9876543210fedcba9876543210"),
            StartedAt = Moment,
            FinishedAt = Moment,
            BootedAt = Moment.AddDays(-1),
            Coverage = new()
            {
                Programs = Whole, Links = Whole, Maps = Whole, Namespaces = Whole, Attachments = Whole, Pins = Whole, Holders = Whole,
            },
            Programs = [.. ids.Select(i => new ObservedProgram { Id = new(i.Id), Type = "xdp", Name = "guard", Tag = new("3b185187f1855c4c"), LoadedNs = i.Id * 1000UL, Uid = 0 })],
            Links =
            [
                .. ids.Select(i => new ObservedLink
                {
                    Id = new(i.Id), Type = "xdp", ProgramId = new(i.Id), IfIndex = new(i.Place), Netns = new(1), NetnsInode = new(2), IfName = $"eth{i.Place}", Mode = XdpMode.Native,
                }),
            ],
            Namespaces = [new() { Cookie = new(1), Inode = new(2), Own = true, Complete = true }],
            Interfaces =
            [
                .. ids.Select(i => new ObservedInterface { Netns = new(1), IfIndex = new(i.Place), Name = $"eth{i.Place}", Up = true, Xdp = [new(XdpMode.Native, new(i.Id))] }),
            ],
            Pins =
            [
                .. ids.Select(i => new ObservedPin
                {
                    Path = new($"/sys/fs/bpf/{i.Id}"), Device = 7, Inode = i.Id, Kind = ObjectKind.Link, ObjectId = i.Id, ReachedBy = $"/sys/fs/bpf/{i.Id}",
                }),
            ],
            Descriptors =
            [
                .. ids.Select(i => new ObservedDescriptor
                {
                    Process = new() { Pid = 100 + (int)(i.Place % 10), StartTicks = 5, Comm = "loader" }, Fd = (int)i.Id, Kind = ObjectKind.Program, ObjectId = i.Id,
                }),
            ],
        };
    }

    internal static HostState Fold(HostState state, IReadOnlyList<JournalEvent> events) =>
        events.Aggregate(state, (s, e) => HostState.Fold(s, new(s.Position + 1, Moment, e)));

    private static PartCoverage Whole => new() { Complete = true, Method = "iterator" };
}
