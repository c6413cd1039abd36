using System.Runtime.ExceptionServices;

namespace XdpAudit.Kernel;

/// <summary>
/// A thread that may change its namespaces and its working directory. Both belong to the thread in Linux, not to the process, so a thread
/// that changed them must never do other work: this one is not of the pool, and ends with its task. It goes home before it ends, because the
/// kernel's end of a thread comes a little after .NET's, and until then it would keep the namespace it is in alive.
/// </summary>
internal static class NamespaceThread
{
    /// <summary>Runs the work there and waits for it; its exception is thrown here.</summary>
    internal static void Run(string proc, Action work)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            using var net = ProcFiles.TryOpen($"{proc}/thread-self/ns/net", Files.O_RDONLY, out _);
            using var mount = ProcFiles.TryOpen($"{proc}/thread-self/ns/mnt", Files.O_RDONLY, out _);
            try
            {
                // A working directory of its own; setns(2) to a mount namespace asks for it too. Never refused.
                _ = NamespaceCalls.Unshare(NamespaceCalls.CLONE_FS);
                work();
            }
#pragma warning disable CA1031 // thrown again on the thread that waits
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
#pragma warning restore CA1031
            finally
            {
                GoHome(net, NamespaceCalls.CLONE_NEWNET);
                GoHome(mount, NamespaceCalls.CLONE_NEWNS);
            }
        })
        {
            IsBackground = true,
            Name = "xdpaudit-ns",
        };
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    /// <summary>Refused to those who could not leave either.</summary>
    private static void GoHome(Descriptor? home, int type)
    {
        if (home is not null)
        {
            _ = NamespaceCalls.SetNs(home.Number, type);
        }
    }
}
