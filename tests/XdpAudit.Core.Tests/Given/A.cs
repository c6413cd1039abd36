namespace XdpAudit.Core.Tests;

/// <summary>Fixed builders: the same things each time.</summary>
internal static class A
{
    internal static readonly HostId Host = ModelKernel.Host;
    internal static readonly BootId Boot = new("fedcba9876543210fedcba9876543210");
    internal static readonly DateTimeOffset BootedAt = new(2026, 3, 1, 3, 0, 0, TimeSpan.Zero);
    internal static readonly NetnsCookie Own = new(1);
    internal static readonly NetnsCookie Blue = new(4711);

    /// <summary>A program loaded as many seconds after the boot as its id says.</summary>
    internal static ObservedProgram Program(uint id, ulong? loadedNs = null) => new()
    {
        Id = new(id), Type = "xdp", Name = $"p{id}", Tag = new($"{id:x16}"), LoadedNs = loadedNs ?? id * 1_000_000_000UL, Uid = 0, MemlockBytes = 4096,
    };

    internal static ProgramKey Key(ObservedProgram program, BootId? boot = null) => new(Host, boot ?? Boot, program.Id, program.LoadedNs);

    internal static ProgramKey Key(uint program) => Key(Program(program));

    internal static ProgramFacts Facts(ObservedProgram program, BootId? boot = null, DateTimeOffset? bootedAt = null) => new()
    {
        Key = Key(program, boot), Type = program.Type, Name = program.Name, Tag = program.Tag, LoadedAt = (bootedAt ?? BootedAt).AddTicks((long)(program.LoadedNs / 100)),
        Uid = program.Uid, MapIds = program.MapIds, MemlockBytes = program.MemlockBytes, Extends = program.Extends, DeviceBound = program.DeviceBound,
    };

    internal static LinkKey Link(uint id, uint firstProgram, string type = "xdp") => new(Host, Boot, new(id), new(firstProgram), type);

    internal static AttachPointKey Place(uint index, NetnsCookie? netns = null) => new(Host, Boot, netns ?? Own, new(index));

    internal static InterfaceFacts Names(string name, NetnsCookie? netns = null) =>
        netns is { } other && other != Own ? new(name, "blue", new(other.Value + 4_026_531_840), "/run/netns/blue", false) : new(name, null, new(4_026_531_841), null, true);

    internal static LinkFacts LinkFacts(uint id, uint program, AttachPointKey? at, string name, XdpMode mode = XdpMode.Native) => new()
    {
        Key = Link(id, program), Program = Key(program), ProgramName = $"p{program}", AttachPoint = at, IfName = name, Mode = mode,
    };

    internal static ProcessIdentity Process(int pid) => new() { Pid = pid, StartTicks = (ulong)pid * 10, Comm = "loader", Uid = 0 };

    internal static PinFacts Pin(string path, ulong inode, bool hidden = false) => new(new(path), 40, inode, path, hidden);

    internal static MapKey Map(uint id, string type = "prog_array") => new(Host, Boot, new(id), type);

    internal static MapFacts MapFacts(uint id, string type = "prog_array") => new(Map(id, type), type, $"m{id}", 4, 4, 8, 4096);
}
