using XdpAudit.Kernel;

namespace XdpAudit.Agent;

/// <summary>
/// Who may write what the auditor loads: root, and the user who owns the auditor's own program. Whoever can write that needs no plugin. For the
/// same reason a directory in which that program lies is taken as it is: who can write there can put another auditor in its place.
/// </summary>
public sealed class TrustedOwners
{
    private readonly string _program;
    private readonly IReadOnlySet<uint> _users;

    private TrustedOwners(string program, IEnumerable<uint> users) => (_program, _users) = (program, users.Append(0u).ToHashSet());

    /// <summary>For the auditor whose program this file is; where it cannot be looked at, root alone is trusted.</summary>
    public static TrustedOwners Of(string program) => RealPath.Follow(program) is { } there ? new(there.Path, [there.Status.Uid]) : new(program, []);

    /// <summary>For this process.</summary>
    public static TrustedOwners OfThisProgram() => Of(typeof(TrustedOwners).Assembly.Location);

    /// <summary>A user whose files are loaded.</summary>
    public bool Trusts(uint uid) => _users.Contains(uid);

    /// <summary>And this one.</summary>
    public TrustedOwners And(uint uid) => new(_program, _users.Append(uid));

    /// <summary>The auditor's own program lies below this directory.</summary>
    public bool IsAboveProgram(string directory) => _program.StartsWith(directory.EndsWith('/') ? directory : directory + "/", StringComparison.Ordinal);

    /// <summary>In words: <c>root</c>, or <c>root or uid 1000</c>.</summary>
    public override string ToString() => string.Join(" or ", _users.Order().Select(u => u == 0 ? "root" : $"uid {u}"));
}
