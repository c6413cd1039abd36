namespace XdpAudit.Kernel;

/// <summary>A kernel call that we cannot do without was refused or failed.</summary>
public sealed class KernelException : Exception
{
    /// <summary>Without details; exists because exceptions have it.</summary>
    public KernelException()
    {
    }

    /// <summary>With a message only.</summary>
    public KernelException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and the cause.</summary>
    public KernelException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal KernelException(string call, string on, int errno, string next)
        : base($"cannot {call} '{on}': {Kernel.Errno.Name(errno)}; {next}")
    {
        Call = call;
        On = on;
        Errno = errno;
    }

    /// <summary>What was tried: <c>read</c>, <c>bpf(BPF_OBJ_GET)</c>.</summary>
    public string? Call { get; }

    /// <summary>On what.</summary>
    public string? On { get; }

    /// <summary>errno(3), positive; null when no call failed.</summary>
    public int? Errno { get; }
}
