namespace XdpAudit.EndToEnd.Tests;

/// <summary>
/// A mount namespace of a test's own, in which the machine is as the test wants it. It goes with the process that keeps it, and its mounts with it.
/// What is mounted outside meanwhile, as the names of network namespaces are, is seen in it; what is mounted in it is seen nowhere else.
/// </summary>
internal sealed class OwnMounts : IDisposable
{
    private readonly Keeper _keeper;

    /// <param name="script">Lines of a shell that mounts and unmounts there.</param>
    internal OwnMounts(string script) =>
        _keeper = Keeper.Start("unshare", "--mount", "--propagation", "slave", "sh", "-ec", $"{script}\necho ready\nexec cat >/dev/null");

    /// <summary>What to write before a command line that is to run there.</summary>
    internal string[] Inside => ["nsenter", $"--mount=/proc/{_keeper.Pid}/ns/mnt", "--"];

    /// <summary>The way there from outside.</summary>
    internal string Outside(string path) => $"/proc/{_keeper.Pid}/root{path}";

    public void Dispose() => _keeper.Dispose();
}
