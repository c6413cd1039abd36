namespace XdpAudit.Kernel;

/// <summary>How the kernel is looked at.</summary>
public sealed record KernelOptions
{
    /// <summary>Load BPF iterators where this kernel and our rights allow it; false goes the slower way that older kernels and fewer rights leave.</summary>
    public bool UseIterators { get; init; } = true;

    /// <summary>Where procfs is mounted; in a container, the host's.</summary>
    public string ProcRoot { get; init; } = "/proc";
}
