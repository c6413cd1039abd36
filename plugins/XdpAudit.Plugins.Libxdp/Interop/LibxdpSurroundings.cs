using System.Runtime.InteropServices;

namespace XdpAudit.Plugins.Libxdp;

/// <summary>
/// The variables by which libxdp is told where its things are: LIBXDP_BPFFS, LIBXDP_OBJECT_PATH. It reads them once and keeps the answer, so that the
/// first executor of a process decides. Two others are taken away: LIBXDP_SKIP_DISPATCHER, with which it would attach a single program and call it
/// success, and LIBXDP_BPFFS_AUTOMOUNT, with which it would mount unasked.
/// </summary>
internal static partial class LibxdpSurroundings
{
    private static readonly Lock Gate = new();
    private static (string Bpffs, string? ObjectPath)? _inForce;

    /// <summary>Refuses settings other than those in force in this process, and a directory that is on no bpffs.</summary>
    internal static void Set(LibxdpOptions options)
    {
        KernelPins.Check(new($"{options.Bpffs}/xdp/dispatch-0-0/prog0-link"));
        lock (Gate)
        {
            var asked = (options.Bpffs, options.ObjectPath);
            if (_inForce is { } there && there != asked)
            {
                throw LibxdpWords.AnotherIsInForce(options.Bpffs, there.Bpffs);
            }

            _inForce = asked;
            Check(setenv("LIBXDP_BPFFS", options.Bpffs, 1));
            Check(options.ObjectPath is { } path ? setenv("LIBXDP_OBJECT_PATH", path, 1) : 0);
            Check(unsetenv("LIBXDP_SKIP_DISPATCHER"));
            Check(unsetenv("LIBXDP_BPFFS_AUTOMOUNT"));
        }
    }

    private static void Check(int answer)
    {
        if (answer != 0)
        {
            throw Words.Kernel("tell libxdp where its things are", Marshal.GetLastPInvokeError(), "setenv");
        }
    }

    /// <summary>setenv(3): 0, or -1 and errno. The runtime's own variables are another copy, which C libraries do not see.</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);

    /// <summary>unsetenv(3): 0, or -1 and errno.</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int unsetenv(string name);
}
