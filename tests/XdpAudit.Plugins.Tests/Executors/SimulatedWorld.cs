using XdpAudit.Plugins.Simulated;

namespace XdpAudit.Plugins.Tests;

/// <summary>A simulated kernel, seen and driven by its own means.</summary>
internal sealed class SimulatedWorld : ExecutorWorld
{
    private readonly SimulatedKernel _kernel = new();
    private int _count;

    internal SimulatedWorld()
    {
        Good = Add("good", new() { Programs = ["pass_1", "othr_1"], Maps = ["counters"] });
        Refused = Add("refused", new() { Programs = ["refd_1"], VerifierLog = "0: R1=ctx\n2: (61) r0 = *(u32 *)(r1 +0)\ninvalid access to packet\n" }) with { Program = "refd_1" };
        Truncated = Add("truncated", new() { Programs = [], Invalid = true });
    }

    public override SampleObject Good { get; }

    public override SampleObject Refused { get; }

    public override SampleObject Truncated { get; }

    public override PinPath PinElsewhere => new("/tmp/pin");

    public override PinPath Pin(string name) => new($"{SimulatedKernel.Bpffs}/{name}");

    public override InterfaceRef Interface(string kind = "veth") => _kernel.AddInterface(_kernel.AddNetns($"n{++_count}"), kind == "veth" ? "va" : "br0", kind);

    public override void DeleteInterface(InterfaceRef at) => _kernel.DeleteInterface(at);

    public override void DeleteNetns(InterfaceRef at) => _kernel.DeleteNetns(at.Netns);

    public override InterfaceRef Rename(InterfaceRef at, string name) => _kernel.RenameInterface(at, name);

    public override InterfaceRef Move(InterfaceRef at, InterfaceRef to) => _kernel.RenameInterface(_kernel.MoveInterface(at, to.Netns), "moved");

    public override IReadOnlyList<ObservedXdp> InForce(InterfaceRef at) => _kernel.InForce(at) ?? [];

    public override LoadedProgram? Program(KernelProgramId id)
    {
        var seen = Look().Programs.SingleOrDefault(p => p.Id == id);
        return seen is null ? null : new() { Id = id, LoadedNs = 0, Type = seen.Type, Name = seen.Name, Tag = seen.Tag!.Value, MapIds = seen.MapIds, Persistence = "" };
    }

    public override int CountPrograms(string name) => Look().Programs.Count(p => p.Name == name);

    public override IReadOnlyList<string> Pins() => [.. _kernel.Pins.Select(p => p.Value).Order(StringComparer.Ordinal)];

    public override (KernelProgramId Program, uint IfIndex)? Link(KernelLinkId id) =>
        Look().Links.SingleOrDefault(l => l.Id == id) is { } link ? (link.ProgramId, link.IfIndex!.Value.Value) : null;

    public override bool PinExists(PinPath path) => _kernel.Pins.Contains(path);

    public override void ForeignPin(KernelProgramId id, PinPath path) => _kernel.PinForeign(ObjectKind.Program, id.Value, path);

    public override void ForeignUnpin(PinPath path) => _kernel.UnpinForeign(path);

    public override void ForeignNetlink(KernelProgramId id, PinPath pinOfIt, InterfaceRef at, XdpMode mode) =>
        _kernel.AttachNetlinkForeign(new(id, 0), at, mode, replace: true);

    public override void ForeignNetlinkOff(InterfaceRef at, XdpMode mode) => _kernel.DetachNetlinkForeign(at, mode);

    public override void ForeignProgramArray(PinPath path, KernelProgramId program)
    {
        var map = _kernel.CreateMapForeign("prog_array", "slots", 7);
        _kernel.SetMapElement(map, 0, program);
        _kernel.PinForeign(ObjectKind.Map, map.Value, path);
        _kernel.CloseAll(7);
    }

    protected override IExecutor StartExecutor() => new SimulatedExecutor(_kernel, pid: 1000 + ++_count);

    protected override void End()
    {
    }

    private Observation Look() => new SimulatedObserver(_kernel).Observe(CancellationToken.None);

    private SampleObject Add(string name, SimulatedObject content) =>
        new($"/objects/{name}.bpf.o", _kernel.AddObject($"/objects/{name}.bpf.o", content), "pass_1", "othr_1");
}
