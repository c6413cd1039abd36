using XdpAudit.Abstractions;

namespace XdpAudit.Kernel;

/// <summary>The process at the other end of a unix socket, as the kernel vouches for it (unix(7), SO_PEERCRED).</summary>
public static class PeerProcess
{
    /// <summary>struct ucred, socket.h: pid, uid and gid, 32 bits each.</summary>
    public const int CredentialBytes = 12;

    /// <summary>SOL_SOCKET on x86-64 and arm64.</summary>
    public const int SocketLevel = 1;

    /// <summary>SO_PEERCRED on x86-64 and arm64.</summary>
    public const int PeerCredentials = 17;

    /// <summary>
    /// Reads struct ucred, and of the process what procfs still tells; the uid is the kernel's word from when it connected, the rest may be
    /// unreadable by now.
    /// </summary>
    public static ProcessIdentity Of(ReadOnlySpan<byte> credentials)
    {
        var pid = BitConverter.ToInt32(credentials);
        var uid = BitConverter.ToUInt32(credentials[4..]);
        return (ProcessReader.Read(pid, "/proc") ?? new() { Pid = pid }) with { Uid = uid };
    }
}
