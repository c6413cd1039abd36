using XdpAudit.Abstractions;
using XdpAudit.Simulated;

namespace Company.Plugin.Tests;

/// <summary>The simulated kernel, in the calls that the executor makes.</summary>
/// <param name="kernel">The kernel.</param>
/// <param name="pid">The process of it that the executor runs in: what that opens and does not close goes with it.</param>
internal sealed class SimulatedCalls(SimulatedKernel kernel, int pid) : IKernel
{
    private const int NoEntry = 2;
    private const int NotAnObject = 95;
    private const int Refused = 13;

    public ObjectFile Read(string path) => kernel.ObjectAt(path) switch
    {
        null => new(path, NoEntry, "", []),
        { Invalid: true } file => new(path, NotAnObject, file.Sha256, []),
        var file => new(path, 0, file.Sha256, file.Programs),
    };

    public Load LoadAndPin(ObjectFile file, string program, PinPath pin)
    {
        var content = kernel.ObjectAt(file.Path)!;
        if (content.VerifierLog is { } log)
        {
            return new(Refused, null, log);
        }

        var loaded = kernel.LoadObject(content, program, pid);
        var errno = kernel.Pin(ObjectKind.Program, loaded.Id.Value, pin);
        kernel.Close(pid, ObjectKind.Program, loaded.Id.Value);
        return new(errno, errno == 0 ? loaded : null, "");
    }

    public LoadedProgram? Program(KernelProgramId id) => kernel.Find(id);

    public NetnsCookie? Enter(string? path) => kernel.Enter(path);

    public string? NameOf(InterfaceRef at) => kernel.NameOf(at);

    public IReadOnlyList<InForce> InForce(InterfaceRef at) =>
        [.. (kernel.InForce(at) ?? []).Select(x => new InForce(x.Mode, x.Program, kernel.Find(x.Program)!.Name, kernel.LinkAt(at, x.Mode)))];

    public (int Errno, string? ExtAck) SetXdp(InterfaceRef at, KernelProgramId? program, XdpMode mode, KernelProgramId? expected) =>
        kernel.SetXdp(at, program, mode, ifNoneExists: program is not null, expected);

    public bool DetachLink(KernelLinkId link) => kernel.Find(link) is { IfIndex: not 0 } && kernel.DetachLink(link);

    public (string Kind, uint Id)? PinAt(PinPath path) => kernel.PinAt(path);

    public int CanPin(PinPath path) => kernel.PathErrno(path);

    public void Unpin(PinPath path) => kernel.Unpin(path);
}
