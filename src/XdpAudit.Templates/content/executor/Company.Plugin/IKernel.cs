using XdpAudit.Abstractions;

namespace Company.Plugin;

/// <summary>
/// What the executor asks of a kernel, in calls as small as the kernel's own: <see cref="Kernel"/> makes them, and so does the simulated kernel of the
/// tests. An errno is that of errno(3), 0 when it was done.
/// </summary>
public interface IKernel
{
    /// <summary>Reads an object file.</summary>
    ObjectFile Read(string path);

    /// <summary>
    /// Loads a program of the bytes that were read, not of what is at their path by now, and pins it; then, and when it is refused, nothing is held any more.
    /// </summary>
    Load LoadAndPin(ObjectFile file, string program, PinPath pin);

    /// <summary>A program that is loaded; null when it is not.</summary>
    LoadedProgram? Program(KernelProgramId id);

    /// <summary>The cookie of the network namespace that a path leads to, of its own one without a path; null when nothing is there.</summary>
    NetnsCookie? Enter(string? path);

    /// <summary>The present name of the interface of this number; null when there is none.</summary>
    string? NameOf(InterfaceRef at);

    /// <summary>What is in force at an interface.</summary>
    IReadOnlyList<InForce> InForce(InterfaceRef at);

    /// <summary>RTM_SETLINK: puts a program where none is, or takes the expected one off, with the kernel's own words.</summary>
    (int Errno, string? ExtAck) SetXdp(InterfaceRef at, KernelProgramId? program, XdpMode mode, KernelProgramId? expected);

    /// <summary>BPF_LINK_DETACH; false when it was detached before, or is gone.</summary>
    bool DetachLink(KernelLinkId link);

    /// <summary>What a pin holds; null when there is none.</summary>
    (string Kind, uint Id)? PinAt(PinPath path);

    /// <summary>Whether something can be pinned there, without doing it.</summary>
    int CanPin(PinPath path);

    /// <summary>Removes a pin.</summary>
    void Unpin(PinPath path);
}

/// <summary>An object file.</summary>
/// <param name="Path">Where it was read from.</param>
/// <param name="Errno">Why it cannot be read, or is none.</param>
/// <param name="Sha256">The digest of its bytes, lower-case hexadecimal.</param>
/// <param name="Programs">The programs in it.</param>
public sealed record ObjectFile(string Path, int Errno, string Sha256, IReadOnlyList<string> Programs);

/// <summary>How a load went.</summary>
/// <param name="Errno">Why it was refused.</param>
/// <param name="Program">What was loaded.</param>
/// <param name="VerifierLog">What the verifier said; empty when it was not asked.</param>
public sealed record Load(int Errno, LoadedProgram? Program, string VerifierLog);

/// <summary>A program in force at an interface, and what holds it there: a link, or netlink.</summary>
public sealed record InForce(XdpMode Mode, KernelProgramId Program, string Name, KernelLinkId? Link)
{
    /// <summary>In the words that every executor uses.</summary>
    public override string ToString() => $"program {Program} ('{Name}') is attached {Mode.Text()} by {(Link is { } link ? $"link {link}" : "netlink")}";
}
