namespace XdpAudit.Core.Tests;

/// <summary>Notices as tiers give them. The actor is a process of that pid.</summary>
internal static class Notices
{
    internal static ProgramLoadNotice Load(ulong at, uint program, int pid = 50, string tier = SensorTiers.Tracing) => new(new(program))
    {
        BootNs = at, Tier = tier, Actor = By(pid), LoadedNs = program * 1_000_000_000UL, Type = "xdp", Name = $"p{program}", Tag = new($"{program:x16}"), Uid = 0,
        MapIds = [], MemlockBytes = 4096,
    };

    /// <summary>What the perf tier has of a program that was gone before anybody could ask.</summary>
    internal static ProgramLoadNotice Bare(ulong at, uint program, int pid = 50) => new(new(program))
    {
        BootNs = at, Tier = SensorTiers.Perf, Actor = By(pid), Tag = new($"{program:x16}"),
    };

    internal static ProgramUnloadNotice Unload(ulong at, uint program, int pid = 50) =>
        new(new(program), null) { BootNs = at, Tier = SensorTiers.Perf, Actor = By(pid) };

    internal static LinkCreateNotice Create(ulong at, uint link, uint program, uint index = 2, int pid = 50, XdpMode mode = XdpMode.Native) =>
        new(new(link), "xdp", new(program)) { BootNs = at, Tier = SensorTiers.Tracing, Actor = By(pid), Interface = On(index), Mode = mode };

    internal static LinkUpdateNotice Update(ulong at, uint link, uint old, uint program, uint index = 2, int pid = 50) =>
        new(new(link), "xdp", new(old), new(program)) { BootNs = at, Tier = SensorTiers.Tracing, Actor = By(pid), Interface = On(index) };

    internal static LinkDetachNotice Detach(ulong at, uint link, uint program, uint index = 2, int pid = 50) =>
        new(new(link), "xdp", new(program), EndReason.Asked) { BootNs = at, Tier = SensorTiers.Tracing, Actor = By(pid), Interface = On(index) };

    internal static XdpSetNotice Set(ulong at, uint? before, uint? after, uint index = 2, int pid = 50, XdpMode mode = XdpMode.Native) =>
        new(On(index), mode, before is { } b ? new(b) : null, after is { } a ? new(a) : null) { BootNs = at, Tier = SensorTiers.Tracing, Actor = By(pid) };

    internal static DescriptorCloseNotice Close(ulong at, string kind, uint id, int pid = 50) =>
        new(kind, id, true) { BootNs = at, Tier = SensorTiers.Tracing, Actor = By(pid) };

    internal static ProcessExitNotice Exit(ulong at, int pid, int code = 0) => new(code) { BootNs = at, Tier = SensorTiers.Tracing, Actor = By(pid) };

    internal static PinNotice Pin(ulong at, string kind, uint id, string path, int pid = 51) => new(kind, id, new(path)) { BootNs = at, Tier = SensorTiers.Tracing, Actor = By(pid) };

    internal static UnpinNotice Unpin(ulong at, string path, int pid = 60) => new(new(path)) { BootNs = at, Tier = SensorTiers.Files, Actor = By(pid) };

    internal static LossNotice Lost(ulong since, ulong at, ulong count) =>
        new(count, since, "the ring was full") { BootNs = at, Tier = SensorTiers.Perf, Actor = new Actor.Unknown("nobody") };

    internal static Actor By(int pid) => new Actor.Process(A.Process(pid));

    private static NoticedInterface On(uint index) => new(A.Own, new(4_026_531_841), new(index), index == 2 ? "eth0" : $"if{index}");
}
