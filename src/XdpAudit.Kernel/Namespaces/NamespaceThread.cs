using System.Runtime.ExceptionServices;

namespace XdpAudit.Kernel;

/// <summary>
/// A thread that may change its namespaces and its working directory. Both belong to the thread in Linux, not to the process, so a thread
/// that changed them must never do other work: this one is not of the pool, and ends with its task.
/// </summary>
internal static class NamespaceThread
{
    /// <summary>Runs the work there and waits for it; its exception is thrown here.</summary>
    internal static void Run(Action work)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
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
        })
        {
            IsBackground = true,
            Name = "xdpaudit-ns",
        };
        thread.Start();
        thread.Join();
        failure?.Throw();
    }
}
