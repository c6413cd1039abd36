using System.Runtime.InteropServices;
using System.Text;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins;

/// <summary>
/// Acts inside the network namespace of an interface. The namespace belongs to the thread: each call gets a thread of its own, which ends with it
/// and is never given back to a pool. Nothing else here switches namespaces.
/// </summary>
internal static unsafe class NamespaceThread
{
    /// <summary>Enters, makes sure that it is the namespace asked for, looks that the interface is the one asked for, and acts.</summary>
    /// <param name="ownDescriptors">
    /// The thread goes on with descriptors of its own: whatever is opened in it, also by a library that forgets to close, is closed when it ends. What the
    /// caller has opened before can be used there; what is opened there must not leave it.
    /// </param>
    internal static Task<T> RunAsync<T>(InterfaceRef at, Func<RouteSocket, T> act, bool ownDescriptors = false)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                if (ownDescriptors && Sockets.unshare(Sockets.CloneFiles) != 0)
                {
                    throw Words.Kernel("give a thread descriptors of its own", Marshal.GetLastPInvokeError(), "unshare(CLONE_FILES)");
                }

                done.SetResult(Inside(at, act));
            }
            catch (OperationCanceledException e)
            {
                done.SetCanceled(e.CancellationToken);
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
            Name = $"netns {at.Netns}",
        };
        thread.Start();
        return done.Task;
    }

    private static T Inside<T>(InterfaceRef at, Func<RouteSocket, T> act)
    {
        if (at.NetnsPath is not { } path)
        {
            return Verified(at, act);
        }

        using var home = Open(at, "/proc/thread-self/ns/net");
        using var there = Open(at, path);
        Enter(at, there);
        try
        {
            return Verified(at, act);
        }
        finally
        {
            // The kernel's task outlives the thread by a moment, and would keep a namespace that is deleted meanwhile.
            Enter(at, home);
        }
    }

    private static T Verified<T>(InterfaceRef at, Func<RouteSocket, T> act)
    {
        using var socket = new RouteSocket();
        Verify(at, socket);
        return act(socket);
    }

    private static Descriptor Open(InterfaceRef at, string path)
    {
        fixed (byte* bytes = Encoding.UTF8.GetBytes(path + "\0"))
        {
            var fd = Files.open(bytes, Files.ReadOnly | Files.NonBlock | Files.CloseOnExec);
            return fd >= 0 ? new(fd) : throw Words.NamespaceNotFound(at, Marshal.GetLastPInvokeError(), "open");
        }
    }

    private static void Enter(InterfaceRef at, Descriptor netns)
    {
        if (Sockets.setns(netns.Number, Sockets.CloneNewNet) != 0)
        {
            throw Words.NamespaceNotFound(at, Marshal.GetLastPInvokeError(), "setns");
        }
    }

    private static void Verify(InterfaceRef at, RouteSocket socket)
    {
        var cookie = socket.Cookie();
        if (cookie != at.Netns.Value)
        {
            throw Words.NamespaceIsAnother(at, cookie);
        }

        var name = socket.Look(at).Name;
        if (name != at.Name)
        {
            throw Words.InterfaceIsAnother(at, name);
        }
    }
}
