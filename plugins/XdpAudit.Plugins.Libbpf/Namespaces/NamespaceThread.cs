using System.Runtime.InteropServices;
using System.Text;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Libbpf;

/// <summary>
/// Acts inside the network namespace of an interface. The namespace belongs to the thread: each call gets a thread of its own, which ends with it
/// and is never given back to a pool. Nothing else here switches namespaces.
/// </summary>
internal static unsafe class NamespaceThread
{
    /// <summary>Enters, makes sure that it is the namespace asked for, looks that the interface is the one asked for, and acts.</summary>
    internal static Task<T> RunAsync<T>(InterfaceRef at, Func<RouteSocket, T> act)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                Enter(at);
                using var socket = new RouteSocket();
                Verify(at, socket);
                done.SetResult(act(socket));
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

    private static void Enter(InterfaceRef at)
    {
        if (at.NetnsPath is not { } path)
        {
            return;
        }

        fixed (byte* bytes = Encoding.UTF8.GetBytes(path + "\0"))
        {
            var fd = Files.open(bytes, Files.ReadOnly | Files.NonBlock | Files.CloseOnExec);
            if (fd < 0)
            {
                throw Words.NamespaceNotFound(at, Marshal.GetLastPInvokeError(), "open");
            }

            using var descriptor = new Descriptor(fd);
            if (Sockets.setns(fd, Sockets.CloneNewNet) != 0)
            {
                throw Words.NamespaceNotFound(at, Marshal.GetLastPInvokeError(), "setns");
            }
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
