using XdpAudit.Hosting;

namespace XdpAudit.Agent;

/// <summary>What the auditor and its plugins have in common: one copy, the auditor's. A second copy in a plugin's folder would be other types of the same names.</summary>
internal static class SharedAssemblies
{
    /// <summary>The contract itself.</summary>
    internal const string Contract = "XdpAudit.Abstractions";

    /// <summary>Their names and versions; of .NET's own only those that are no part of the framework.</summary>
    internal static IReadOnlyDictionary<string, Version> Versions { get; } = PluginActivation.Shared.Select(t => t.Assembly.GetName()).DistinctBy(n => n.Name)
        .Where(n => n.Name != typeof(object).Assembly.GetName().Name)
        .ToDictionary(n => n.Name!, n => n.Version!, StringComparer.OrdinalIgnoreCase);

    /// <summary>The version of the contract that this auditor speaks.</summary>
    internal static Version ContractVersion => Versions[Contract];
}
