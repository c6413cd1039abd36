using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Findings;

/// <summary>
/// Collects the steps of a remedy: ours first, then the plain ones, each set enough alone. Commands that remove by name check first that the
/// name still means the object of the finding: a remedy may be pasted long after, when a new deployment has taken the name.
/// </summary>
internal sealed class Remedy(HostIndex host)
{
    private readonly List<RemedyStep> _ours = [];
    private readonly List<RemedyStep> _plain = [];
    private readonly HashSet<string> _done = [];

    internal HostIndex Host => host;

    /// <summary>False when this remedy has already dealt with it; a process or link may hold several of the objects.</summary>
    internal bool First(string what) => _done.Add(what);

    internal Remedy Ours(string why, string? command)
    {
        _ours.Add(new(why, command, "xdpaudit"));
        return this;
    }

    internal Remedy Plain(string why, string? command)
    {
        _plain.Add(new(why, command, "plain"));
        return this;
    }

    /// <summary>A step that both ways need: nothing of xdpaudit does it.</summary>
    internal Remedy Both(string why, string? command) => Ours(why, command).Plain(why, command);

    /// <summary>Ends the remedy: look whether it helped. The kernel frees some microseconds after the last holder let go, hence the second.</summary>
    internal IReadOnlyList<RemedyStep> Verify(string plainWhy, string plainCommand)
    {
        Ours("look again: the finding is resolved once a complete look no longer shows it", "xdpaudit reconcile");
        Plain(plainWhy, plainCommand);
        return [.. _ours, .. _plain];
    }

    /// <summary>Verifies that an object is gone.</summary>
    internal IReadOnlyList<RemedyStep> VerifyGone(string bpftoolKind, uint id) =>
        Verify("verify: prints nothing and succeeds once it is gone", $"sleep 1; ! bpftool {bpftoolKind} show id {Words.Number(id)} 2>/dev/null");
}
