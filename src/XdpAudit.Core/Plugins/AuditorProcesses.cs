namespace XdpAudit.Core;

/// <summary>The auditor's own processes: the daemon, and those in which its isolated plugins run now.</summary>
public sealed class AuditorProcesses(int daemon, IEnumerable<int> plugins)
{
    private readonly HashSet<int> _all = [daemon, .. plugins];

    /// <summary>A process is one of them.</summary>
    public bool Has(int pid) => _all.Contains(pid);
}
