namespace XdpAudit.Agent;

/// <summary>A plugin in a process of its own failed in a call. It has been counted and told; what the call did to the kernel, only looking can say.</summary>
internal sealed class PluginFaultException(string during, string why) : Exception(why)
{
    /// <summary>What it was doing.</summary>
    internal string During { get; } = during;
}

/// <summary>The process of a plugin is not there, so nothing was asked of it.</summary>
internal sealed class PluginAwayException(string plugin, string state, string? why)
    : Exception($"plugin '{plugin}' is {state}{(why is null ? "" : $": {why}")}");

/// <summary>States of a plugin, see <see cref="PluginView.State"/>.</summary>
internal static class PluginStates
{
    internal const string Approved = "approved";
    internal const string Active = "active";
    internal const string Refused = "refused";
    internal const string Disabled = "disabled";
    internal const string Faulted = "faulted";
    internal const string Restarting = "restarting";
    internal const string Quarantined = "quarantined";
    internal const string Ended = "ended";
}
