namespace XdpAudit.Store.Tests;

/// <summary>Fixed builders: the same things each time.</summary>
internal static class A
{
    internal static readonly HostId Host = new("0123456789abcdef0123456789abcdef");
    internal static readonly BootId Boot = new("fedcba9876543210fedcba9876543210");
    internal static readonly DateTimeOffset Moment = new(2026, 3, 1, 3, 12, 0, TimeSpan.Zero);

    internal static readonly Knowledge Seen = new() { How = Knowledge.Observed, Source = "observation:0190" };

    internal static ProgramKey Program(uint id) => new(Host, Boot, new(id), 1_000_000_000UL + id);

    internal static readonly InterfaceFacts Interface = new("va", "blue", new(4026531840), "/run/netns/blue", false);

    internal static OperationPlan Plan { get; } = new() { Kind = "attach", Executor = "libbpf", Target = "p1 to va", Program = Program(1), AttachPoint = Place(1), Interface = Interface, Mode = XdpMode.Native };

    internal static LinkKey Link(uint id) => new(Host, Boot, new(id), new(1), "xdp");

    internal static AttachPointKey Place(int index) => new(Host, Boot, new(4711), new((uint)index));

    internal static PinFacts Pin(string path) => new(new(path), 33, 5, path, false);

    internal static ProcessIdentity Process(int pid) => new() { Pid = pid, StartTicks = 99, Comm = "loader", Exe = "/usr/bin/loader", Uid = 0, Cgroup = "/system.slice/loader.service" };

    internal static ProgramFacts Facts(uint id) => new() { Key = Program(id), Type = "xdp", Name = $"p{id}", LoadedAt = Moment, Uid = 0, MapIds = [new(7), new(8)], MemlockBytes = 4096 };

    internal static JournalEvent Found(uint id) => new ProgramFound(Facts(id)) { Occurred = Occurrence.Exactly(Moment), KnownBy = Seen };

    internal static JournalEvent Pinned(uint id, string path) =>
        new ProgramPinned(Program(id), new(new(path), 33, 5, path, false)) { Occurred = Occurrence.Exactly(Moment.AddSeconds(1)), KnownBy = Seen };

    internal static JournalEvent Unloaded(uint id) =>
        new ProgramUnloaded(Program(id), $"p{id}", EndReason.LastReference, "a pin") { Occurred = Occurrence.Between(Moment, Moment.AddMinutes(1)), KnownBy = Seen };

    internal static IReadOnlyList<JournalEvent> Many(int count, uint from = 1) => [.. Enumerable.Range(0, count).Select(i => Found(from + (uint)i))];

    internal static string Subject(uint id) => Program(id).Value;
}
