using XdpAudit.Abstractions;
using XdpAudit.Conformance;

namespace XdpAudit.Simulated;

/// <summary>A simulated kernel as a world for the promises of executors, seen and driven by its own means.</summary>
public sealed class SimulatedWorld : ExecutorWorld
{
    private readonly SimulatedKernel _kernel = new();
    private readonly Func<SimulatedKernel, int, IExecutor> _start;
    private int _count;

    /// <summary>A kernel without interfaces, with the three object files on its disk.</summary>
    /// <param name="start">
    /// Starts the executor that is tested, on this kernel and as the process of this number in it; the simulated one, which can do all, when left out.
    /// </param>
    public SimulatedWorld(Func<SimulatedKernel, int, IExecutor>? start = null)
    {
        _start = start ?? Reference;
        Good = Add("good", new() { Programs = ["pass_1", "othr_1"], Maps = ["counters"] });
        Refused = Add("refused", new() { Programs = ["refd_1"], VerifierLog = "0: R1=ctx\n2: (61) r0 = *(u32 *)(r1 +0)\ninvalid access to packet\n" }) with { Program = "refd_1" };
        Truncated = Add("truncated", new() { Programs = [], Invalid = true });
    }

    /// <summary>The kernel.</summary>
    public SimulatedKernel Kernel => _kernel;

    /// <inheritdoc/>
    public override SampleObject Good { get; }

    /// <inheritdoc/>
    public override SampleObject Refused { get; }

    /// <inheritdoc/>
    public override SampleObject Truncated { get; }

    /// <inheritdoc/>
    public override PinPath PinElsewhere => new("/tmp/pin");

    /// <inheritdoc/>
    public override PinPath Pin(string name) => new($"{SimulatedKernel.Bpffs}/{name}");

    /// <inheritdoc/>
    public override InterfaceRef Interface(string kind = "veth") => _kernel.AddInterface(_kernel.AddNetns($"n{++_count}"), kind == "veth" ? "va" : "br0", kind);

    /// <inheritdoc/>
    public override void DeleteInterface(InterfaceRef at) => _kernel.DeleteInterface(at);

    /// <inheritdoc/>
    public override void DeleteNetns(InterfaceRef at) => _kernel.DeleteNetns(at.Netns);

    /// <inheritdoc/>
    public override InterfaceRef Rename(InterfaceRef at, string name) => _kernel.RenameInterface(at, name);

    /// <inheritdoc/>
    public override InterfaceRef Move(InterfaceRef at, InterfaceRef to) => _kernel.RenameInterface(_kernel.MoveInterface(at, to.Netns), "moved");

    /// <inheritdoc/>
    public override IReadOnlyList<ObservedXdp> InForce(InterfaceRef at) => _kernel.InForce(at) ?? [];

    /// <inheritdoc/>
    public override LoadedProgram? Program(KernelProgramId id)
    {
        var seen = Look().Programs.SingleOrDefault(p => p.Id == id);
        return seen is null ? null : new() { Id = id, LoadedNs = 0, Type = seen.Type, Name = seen.Name, Tag = seen.Tag!.Value, MapIds = seen.MapIds, Persistence = "" };
    }

    /// <inheritdoc/>
    public override int CountPrograms(string name) => Look().Programs.Count(p => p.Name == name);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Pins() => [.. _kernel.Pins.Select(p => p.Value).Order(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public override (KernelProgramId Program, uint IfIndex)? Link(KernelLinkId id) =>
        Look().Links.SingleOrDefault(l => l.Id == id) is { } link ? (link.ProgramId, link.IfIndex!.Value.Value) : null;

    /// <inheritdoc/>
    public override bool PinExists(PinPath path) => _kernel.Pins.Contains(path);

    /// <inheritdoc/>
    public override void ForeignPin(KernelProgramId id, PinPath path) => _kernel.PinForeign(ObjectKind.Program, id.Value, path);

    /// <inheritdoc/>
    public override void ForeignUnpin(PinPath path) => _kernel.UnpinForeign(path);

    /// <inheritdoc/>
    public override void ForeignNetlink(KernelProgramId id, PinPath pinOfIt, InterfaceRef at, XdpMode mode) =>
        _kernel.AttachNetlinkForeign(new(id, 0), at, mode, replace: true);

    /// <inheritdoc/>
    public override void ForeignNetlinkOff(InterfaceRef at, XdpMode mode) => _kernel.DetachNetlinkForeign(at, mode);

    /// <inheritdoc/>
    public override void ForeignProgramArray(PinPath path, KernelProgramId program)
    {
        var map = _kernel.CreateMapForeign("prog_array", "slots", 7);
        _kernel.SetMapElement(map, 0, program);
        _kernel.PinForeign(ObjectKind.Map, map.Value, path);
        _kernel.CloseAll(7);
    }

    /// <inheritdoc/>
    protected override IExecutor StartExecutor() => _start(_kernel, NextPid());

    /// <inheritdoc/>
    protected override IExecutor StartOtherExecutor() => Reference(_kernel, NextPid());

    /// <inheritdoc/>
    protected override void End()
    {
    }

    private static SimulatedExecutor Reference(SimulatedKernel kernel, int pid) => new(kernel, pid: pid);

    private int NextPid() => SimulatedKernel.ExecutorPid + ++_count;

    private Observation Look() => new SimulatedObserver(_kernel).Observe(CancellationToken.None);

    private SampleObject Add(string name, SimulatedObject content) =>
        new($"/objects/{name}.bpf.o", _kernel.AddObject($"/objects/{name}.bpf.o", content), "pass_1", "othr_1");
}
