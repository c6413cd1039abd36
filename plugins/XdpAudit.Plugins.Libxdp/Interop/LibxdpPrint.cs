namespace XdpAudit.Plugins.Libxdp;

/// <summary>What libxdp has to say, and what libbpf says under it. The callback of both is libbpf's, which see for who may have it when.</summary>
internal static unsafe class LibxdpPrint
{
    private static readonly Lock Gate = new();
    private static int _users;

    internal static void Enter()
    {
        lock (Gate)
        {
            _users++;
        }

        LibbpfPrint.Enter();
    }

    internal static void Leave()
    {
        lock (Gate)
        {
            if (--_users == 0)
            {
                try
                {
                    LibxdpLibrary.libxdp_set_print(null);
                }
                catch (DllNotFoundException)
                {
                    // No library, no callback.
                }
            }
        }

        LibbpfPrint.Leave();
    }

    /// <summary>Collects the words of both on this thread while the action runs. libxdp has its reasons in what it calls information.</summary>
    internal static string Listen(Action action)
    {
        lock (Gate)
        {
            LibxdpLibrary.libxdp_set_print(LibbpfPrint.Callback);
        }

        return LibbpfPrint.Listen(action, information: true).Replace("libxdp: ", "", StringComparison.Ordinal);
    }
}
