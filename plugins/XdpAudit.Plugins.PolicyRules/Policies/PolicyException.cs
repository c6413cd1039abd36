namespace XdpAudit.Plugins.PolicyRules;

/// <summary>A policy that cannot be had or understood. The plugin is then refused: half a policy would allow what nobody meant.</summary>
public sealed class PolicyException(string source, IReadOnlyList<string> wrong, string next, Exception? cause = null)
    : Exception($"cannot use the policy of {source}: {string.Join("; ", wrong)}; {next}", cause)
{
    /// <summary>What was to be read: a file or the settings.</summary>
    public string PolicySource { get; } = source;

    /// <summary>All that is wrong, each with the place in the policy.</summary>
    public IReadOnlyList<string> Wrong { get; } = wrong;
}
