using XdpAudit.Abstractions;

namespace Company.Plugin;

/// <summary>
/// The kernel as your library, daemon or tool reaches it: yours to write, call by call. Until then it knows nothing and refuses all with ENOSYS, so that a
/// plugin published as it is now does no harm.
/// </summary>
public sealed class Kernel : IKernel
{
    private const int NotWritten = 38;

    /// <inheritdoc/>
    public ObjectFile Read(string path) => new(path, NotWritten, "", []);

    /// <inheritdoc/>
    public Load LoadAndPin(ObjectFile file, string program, PinPath pin) => new(NotWritten, null, "");

    /// <inheritdoc/>
    public LoadedProgram? Program(KernelProgramId id) => null;

    /// <inheritdoc/>
    public NetnsCookie? Enter(string? path) => null;

    /// <inheritdoc/>
    public string? NameOf(InterfaceRef at) => null;

    /// <inheritdoc/>
    public IReadOnlyList<InForce> InForce(InterfaceRef at) => [];

    /// <inheritdoc/>
    public (int Errno, string? ExtAck) SetXdp(InterfaceRef at, KernelProgramId? program, XdpMode mode, KernelProgramId? expected) => (NotWritten, null);

    /// <inheritdoc/>
    public bool DetachLink(KernelLinkId link) => false;

    /// <inheritdoc/>
    public (string Kind, uint Id)? PinAt(PinPath path) => null;

    /// <inheritdoc/>
    public int CanPin(PinPath path) => NotWritten;

    /// <inheritdoc/>
    public void Unpin(PinPath path)
    {
    }
}
