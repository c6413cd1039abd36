using System.Diagnostics;

namespace XdpAudit.Store;

/// <summary>The shell that stops the cluster when we end. It holds the keeper's lock from its first word until the cluster has stopped.</summary>
#pragma warning disable RS0030 // a process that outlives us by a moment is the point of it
internal sealed class ClusterKeeper : IAsyncDisposable
{
    private readonly Process _process;

    private ClusterKeeper(Process process) => _process = process;

    internal static async Task<ClusterKeeper> StartAsync(RunAs owner, string data, string[] script, CancellationToken cancellation)
    {
        var process = owner.Start("/bin/sh", ["-c", .. script]);
        var said = await process.StandardOutput.ReadLineAsync(cancellation);
        if (said == "held")
        {
            return new(process);
        }

        process.StandardInput.Close();
        var errors = await process.StandardError.ReadToEndAsync(cancellation);
        process.Dispose();
        throw StoreErrors.KeeperFailed(data, said + "\n" + errors);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
#pragma warning restore RS0030
