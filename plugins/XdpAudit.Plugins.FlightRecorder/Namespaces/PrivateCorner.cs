using System.Runtime.InteropServices;
using System.Text;
using static XdpAudit.Plugins.FlightRecorder.NamespaceCalls;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>
/// A corner of the kernel that nobody else sees: a network namespace and a mount namespace with a bpffs, of one thread, which comes home before it
/// ends. What is left in it goes with it.
/// </summary>
internal static unsafe class PrivateCorner
{
    // Covered in the copy of the mounts only; the first that is there will do.
    private static readonly string[] MountPoints = ["/sys/fs/bpf", "/run", "/tmp", "/"];

    /// <summary>Acts inside, with the path of the bpffs. A <see cref="StepFailed"/> says what the kernel refused, also of the corner itself.</summary>
    internal static Task RunAsync(Action<string> act)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                Inside(act);
                done.SetResult();
            }
#pragma warning disable CA1031 // whatever it is, the caller gets it: an exception that leaves a thread ends the process
            catch (Exception e)
#pragma warning restore CA1031
            {
                done.SetException(e);
            }
        })
        {
            IsBackground = true,
            Name = "xat_selftest",
        };
        thread.Start();
        return done.Task;
    }

    private static void Inside(Action<string> act)
    {
        using var homeNet = Home("net");
        using var homeMounts = Home("mnt");
        Check("unshare(CLONE_NEWNET)", Unshare(NewNet));
        try
        {
            Check("unshare(CLONE_NEWNS)", Unshare(NewMounts | OwnFs));
            try
            {
                var bpffs = MountBpffs();
                try
                {
                    act(bpffs);
                }
                finally
                {
                    fixed (byte* path = Bytes(bpffs))
                    {
                        _ = Unmount(path, Detach);
                    }
                }
            }
            finally
            {
                _ = SetNs(homeMounts.Number, NewMounts);
            }
        }
        finally
        {
            // The kernel's task outlives the thread by a moment, and would keep the namespace and its interfaces for as long.
            _ = SetNs(homeNet.Number, NewNet);
        }
    }

    private static string MountBpffs()
    {
        fixed (byte* root = "/\0"u8, type = "bpf\0"u8)
        {
            // Before anything is mounted: mounts are shared with the original until they are made private.
            Check("mount(MS_PRIVATE)", Mount(null, root, null, Recursive | Private, null));
            var errno = 0;
            foreach (var point in MountPoints)
            {
                fixed (byte* path = Bytes(point))
                {
                    if (Mount(type, path, type, 0, null) == 0)
                    {
                        return point;
                    }

                    errno = Marshal.GetLastPInvokeError();
                }
            }

            throw new StepFailed("mount(bpf)", errno);
        }
    }

    private static Descriptor Home(string kind)
    {
        var path = $"/proc/thread-self/ns/{kind}";
        return FileCalls.TryOpen(path, out var errno) ?? throw new StepFailed($"open '{path}'", errno);
    }

    private static byte[] Bytes(string path) => Encoding.UTF8.GetBytes(path + "\0");

    private static void Check(string what, int answer)
    {
        if (answer != 0)
        {
            throw new StepFailed(what, Marshal.GetLastPInvokeError());
        }
    }
}

/// <summary>A step of the self-test that the kernel refused.</summary>
internal sealed class StepFailed(string step, int errno) : Exception($"{step}: {Errnos.Name(errno)}")
{
    internal int Errno { get; } = errno;
}
