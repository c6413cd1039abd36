namespace XdpAudit.Server;

/// <summary>What <c>doctor</c> says of an executor: what it drives, and what it cannot do on this machine.</summary>
internal static class ExecutorChecks
{
    // An executor that is asked for the first time may try on the kernel what it can do.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    internal static async Task<IReadOnlyList<DoctorCheck>> OfAsync(string id, IExecutor executor, CancellationToken cancellation)
    {
        var name = $"executor {id}";
        try
        {
            var described = await executor.DescribeAsync(cancellation).AsTask().WaitAsync(_patience, cancellation);
            return described.Warnings.Count > 0
                ? [.. described.Warnings.Select(w => new DoctorCheck(name, "note", w, null))]
                : [new(name, "ok", string.Join(", ", described.Versions.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"{v.Key} {v.Value}")), null)];
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            return [new(name, "failed", $"does not say what it can do: {e.Message}", $"see xdpaudit plugin show {id}")];
        }
    }
}
