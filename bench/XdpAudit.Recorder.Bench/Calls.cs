using System.ComponentModel;
using System.Runtime.InteropServices;

namespace XdpAudit.Recorder.Bench;

/// <summary>System calls, with as little between them and the clock as can be. None of them waits here, so the collector may wait for them.</summary>
internal static unsafe partial class Calls
{
    [LibraryImport("libc", EntryPoint = "getppid")]
    [SuppressGCTransition]
    internal static partial int GetPpid();

    [LibraryImport("libc", EntryPoint = "write")]
    [SuppressGCTransition]
    internal static partial nint Write(int fd, byte* bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    internal static partial int Open(byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    internal static partial int Close(int fd);

    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    internal static partial int SocketPair(int domain, int type, int protocol, int* two);

    [LibraryImport("libc", EntryPoint = "send")]
    [SuppressGCTransition]
    internal static partial nint Send(int fd, byte* bytes, nuint count, int flags);

    [LibraryImport("libc", EntryPoint = "recv")]
    [SuppressGCTransition]
    internal static partial nint Receive(int fd, byte* bytes, nuint count, int flags);

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    internal static partial int Unshare(int flags);

    [LibraryImport("libc", EntryPoint = "if_nametoindex", SetLastError = true)]
    internal static partial uint IfNameToIndex(byte* name);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint SystemCall(nint number, nint command, byte* attr, nuint size);

    internal static int Checked(nint answer) => answer >= 0 ? (int)answer : throw new Win32Exception(Marshal.GetLastPInvokeError());
}

/// <summary>/dev/null, open for writing.</summary>
internal sealed unsafe class NullDevice : IDisposable
{
    private const int O_WRONLY = 1;
    private const int O_CLOEXEC = 0x80000;
    private readonly int _fd = Open(O_WRONLY);

    internal void Write()
    {
        byte one = 0;
        _ = Calls.Write(_fd, &one, 1);
    }

    internal static void OpenClose() => _ = Calls.Close(Open(0));

    public void Dispose() => _ = Calls.Close(_fd);

    private static int Open(int flags)
    {
        fixed (byte* path = "/dev/null\0"u8)
        {
            return Calls.Checked(Calls.Open(path, flags | O_CLOEXEC));
        }
    }
}

/// <summary>Two unix datagram sockets that know each other.</summary>
internal sealed unsafe class DatagramPair : IDisposable
{
    private const int AF_UNIX = 1;
    private const int SOCK_DGRAM = 2;
    private const int MSG_DONTWAIT = 0x40;
    private readonly int _left;
    private readonly int _right;

    internal DatagramPair()
    {
        var two = stackalloc int[2];
        Calls.Checked(Calls.SocketPair(AF_UNIX, SOCK_DGRAM, 0, two));
        (_left, _right) = (two[0], two[1]);
    }

    /// <summary>One byte from the one to the other.</summary>
    internal void There()
    {
        byte one = 0;
        _ = Calls.Send(_left, &one, 1, MSG_DONTWAIT);
        _ = Calls.Receive(_right, &one, 1, MSG_DONTWAIT);
    }

    public void Dispose()
    {
        _ = Calls.Close(_left);
        _ = Calls.Close(_right);
    }
}
